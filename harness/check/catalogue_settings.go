package check

// settingsChecks judge what was typed into the two consoles, in the order in which it
// is typed.
var settingsChecks = []*Check{
	SettingsPlaceholder,
	SettingsMyDomain, SettingsOrganizationID,
	SettingsCertificateName, SettingsCertificateReadable, SettingsCertificateKeySize, SettingsCertificateExpiry,
	SettingsCertificateOrganization, SettingsExportablePrivateKey,
	SettingsIdentityProviderEnabled, SettingsIDPCertificate,
	SettingsAppKind, SettingsAppName, SettingsAppID, SettingsContactEmail, SettingsStartURL, SettingsEnableSAML,
	SettingsSSO, SettingsLegacySSO, SettingsAccountSID, SettingsConnectionSID, SettingsTwilioSSOURL,
	SettingsEntityID, SettingsACSURL, SettingsSubjectType, SettingsSubjectCustomAttribute, SettingsNameIDFormat,
	SettingsIssuer, SettingsIssuerForm, SettingsSigningAlgorithm,
	SettingsVerifyRequestSignatures, SettingsRequestCertificate, SettingsEncryptResponse, SettingsEncryptionCertificate,
	SettingsSingleLogout, SettingsSingleLogoutSides, SettingsSingleLogoutURL, SettingsSingleLogoutBinding,
	SettingsIdentityProviderLogoutURL, SettingsLogoutSigning,
	SettingsFullNameAttribute, SettingsRolesAttribute, SettingsAttributeKeys, SettingsFormula, SettingsAttributeTypes,
	SettingsUserFields, SettingsUserUnique, SettingsUserActive, SettingsUserEmail, SettingsFederationID,
	SettingsUserID, SettingsUserRole, SettingsUserCustomFields, SettingsPermissionSets,
	SettingsProfileAccess, SettingsFullNameValue, SettingsRoleNames,
	SettingsFriendlyName, SettingsCertificateMatch, SettingsSSOURL,
	SettingsRedirectAfterLogin, SettingsDefaultRedirectURL, SettingsLoginLink, SettingsTrustedURLs, SettingsLoginPopup,
}
