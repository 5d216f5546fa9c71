package formula

import (
	"strings"
)

// A field is a merge field of an object.
type field struct {
	name string // as Salesforce spells it, with its object
	kind Type
}

// objects are the objects whose fields the value of a custom attribute may name: those
// of the Insert Field menu (packaging guide, "Add Custom Attributes to a Connected App").
var objects = []string{"$User", "$Profile", "$UserRole", "$Organization"}

// otherObjects are objects of formulas elsewhere, which tell nothing of the user.
var otherObjects = []string{"$Api", "$CustomMetadata", "$Label", "$ObjectType", "$Permission", "$Setup", "$System", "$UserContext", "$RecordType", "$Site", "$Network", "$Client", "$Credential"}

// texts, picklists, flags, numbers and instants are the standard fields by object, after
// Salesforce's field reference. Whether the Insert Field menu of a custom attribute
// offers each of them is not documented.
var (
	texts = map[string]string{
		"$User": "AboutMe AccountId Alias BadgeText BannerPhotoUrl CallCenterId City CommunityNickname CompanyName ContactId Country " +
			"CreatedById DelegatedApproverId Department Division Email EmployeeNumber Extension Fax FederationIdentifier FirstName " +
			"FullPhotoUrl Id IndividualId LastModifiedById LastName ManagerId MediumPhotoUrl MiddleName MobilePhone Name OutOfOfficeMessage " +
			"Phone PostalCode ProfileId SenderEmail SenderName Signature SmallPhotoUrl State StayInTouchNote StayInTouchSignature " +
			"StayInTouchSubject Street Suffix Title UITheme UIThemeDisplayed Username UserRoleId",
		"$Profile":  "CreatedById Description Id LastModifiedById Name UserLicenseId",
		"$UserRole": "DeveloperName ForecastUserId Id LastModifiedById Name ParentRoleId PortalAccountId PortalAccountOwnerId RollupDescription",
		"$Organization": "City ComplianceBccEmail Country CreatedById Division Fax Id InstanceName LastModifiedById Name NamespacePrefix " +
			"Phone PostalCode PrimaryContact State Street",
	}
	picklists = map[string]string{
		"$User": "CountryCode DefaultCurrencyIsoCode DefaultGroupNotificationFrequency DigestFrequency EmailEncodingKey EndDay GeocodeAccuracy " +
			"LanguageLocaleKey LocaleSidKey PortalRole StartDay StateCode TimeZoneSidKey UserSubtype UserType CurrencyIsoCode",
		"$Profile":  "UserType",
		"$UserRole": "CaseAccessForAccountOwner ContactAccessForAccountOwner OpportunityAccessForAccountOwner PortalType",
		"$Organization": "CountryCode DefaultAccountAccess DefaultCalendarAccess DefaultCampaignAccess DefaultCaseAccess DefaultContactAccess " +
			"DefaultLeadAccess DefaultLocaleSidKey DefaultOpportunityAccess DefaultPricebookAccess GeocodeAccuracy LanguageLocaleKey " +
			"OrganizationType SignupCountryIsoCode StateCode TimeZoneSidKey UiSkin WebToCaseDefaultOrigin",
	}
	flags = map[string]string{
		"$User": "EmailPreferencesAutoBcc EmailPreferencesAutoBccStayInTouch EmailPreferencesStayInTouchReminder ForecastEnabled IsActive " +
			"IsExtIndicatorVisible IsPortalEnabled IsPortalSelfRegistered IsPrmSuperUser IsProfilePhotoActive IsSystemControlled " +
			"ReceivesAdminInfoEmails ReceivesInfoEmails",
		"$UserRole": "MayForecastManagerShare",
		"$Organization": "IsReadOnly IsSandbox PreferencesConsentManagementEnabled ReceivesAdminInfoEmails ReceivesInfoEmails " +
			"UsesStartDateAsFiscalYearName",
	}
	numbers = map[string]string{
		"$User":         "JigsawImportLimitOverride Latitude Longitude NumberOfFailedLogins",
		"$Organization": "FiscalYearStartMonth Latitude Longitude MonthlyPageViewsEntitlement MonthlyPageViewsUsed NumKnowledgeService",
	}
	instants = map[string]string{
		"$User":         "CreatedDate LastLoginDate LastModifiedDate LastPasswordChangeDate LastReferencedDate LastViewedDate OfflinePdaTrialExpirationDate OfflineTrialExpirationDate SystemModstamp",
		"$Profile":      "CreatedDate LastModifiedDate LastReferencedDate LastViewedDate SystemModstamp",
		"$UserRole":     "LastModifiedDate SystemModstamp",
		"$Organization": "CreatedDate LastModifiedDate SystemModstamp TrialExpirationDate",
	}
)

// families are fields that exist in large numbers, all flags, told by how they begin.
var families = map[string][]string{
	"$User":         {"UserPermissions", "UserPreferences"},
	"$Profile":      {"Permissions"},
	"$Organization": {"Preferences"},
}

// fields are the standard fields by their name in lower case.
var fields = func() map[string]field {
	all := map[string]field{}
	for _, list := range []struct {
		of   map[string]string
		kind Type
	}{{texts, Text}, {picklists, Picklist}, {flags, Boolean}, {numbers, Number}, {instants, DateTime}} {
		for object, names := range list.of {
			for _, name := range strings.Fields(names) {
				all[strings.ToLower(object+"."+name)] = field{object + "." + name, list.kind}
			}
		}
	}
	return all
}()

// KnownField reports whether a merge field, written with its object as $User.Email, exists
// in every org or may exist in one as a custom field. Letter case does not count.
func KnownField(name string) bool {
	_, ok := lookup(name)
	return ok
}

// lookup finds a merge field.
func lookup(name string) (field, bool) {
	if f, ok := fields[strings.ToLower(name)]; ok {
		return f, true
	}
	object, rest, _ := strings.Cut(name, ".")
	object, ok := canonicalObject(object)
	if !ok {
		return field{}, false
	}
	if custom(rest) {
		return field{object + "." + rest, Unknown}, true
	}
	for _, prefix := range families[object] {
		if len(rest) > len(prefix) && strings.EqualFold(rest[:len(prefix)], prefix) && !strings.Contains(rest, ".") {
			return field{object + "." + rest, Boolean}, true
		}
	}
	return field{}, false
}

// canonicalObject is an object as Salesforce spells it.
func canonicalObject(name string) (string, bool) {
	for _, o := range objects {
		if strings.EqualFold(o, name) {
			return o, true
		}
	}
	return "", false
}

// custom reports whether a name is that of a custom field, as Region__c or, of a package,
// Acme__Region__c.
func custom(name string) bool {
	base, ok := strings.CutSuffix(strings.ToLower(name), "__c")
	return ok && base != "" && !strings.Contains(base, ".") && isLetter(base[0]) && base[0] != '_'
}

// unknownField says what may have been meant by a field that does not exist.
func unknownField(text string, n *node) *Error {
	object, rest, _ := strings.Cut(n.text, ".")
	what := "Field " + n.text + " does not exist."
	canonical, ok := canonicalObject(object)
	if !ok {
		for _, o := range otherObjects {
			if strings.EqualFold(o, object) {
				return errorAt(text, n.pos, n.text+" cannot be used in a custom attribute.",
					"Use fields of "+strings.Join(objects[:3], ", ")+" and "+objects[3]+".")
			}
		}
		if near := nearest(object, objects); near != "" {
			return errorAt(text, n.pos, what, "Did you mean "+near+"."+rest+"?")
		}
		return errorAt(text, n.pos, what, "Use fields of "+strings.Join(objects[:3], ", ")+" and "+objects[3]+".")
	}
	if strings.Contains(rest, ".") {
		return errorAt(text, n.pos, what, "A merge field has one dot, as $User.Email; fields of related objects are out of reach.")
	}
	return errorAt(text, n.pos, what, fieldHint(canonical, rest))
}

// fieldHint names the field that was most likely meant, by its API name or by the label
// that the console shows for it.
func fieldHint(object, name string) string {
	if api, ok := labels[strings.ToLower(object+"."+strings.ReplaceAll(name, "_", ""))]; ok {
		return "Did you mean " + api + "?"
	}
	if near := nearest(name, namesOf(object)); near != "" {
		return "Did you mean " + object + "." + near + "?"
	}
	for _, other := range objects {
		if f, ok := fields[strings.ToLower(other+"."+name)]; ok {
			return "Did you mean " + f.name + "?"
		}
	}
	return "A field that the org added ends in __c, as " + object + "." + strings.Trim(name, "_") + "__c."
}

// namesOf are the standard fields of an object, in a fixed order.
func namesOf(object string) []string {
	var names []string
	for _, list := range []map[string]string{texts, picklists, flags, numbers, instants} {
		names = append(names, strings.Fields(list[object])...)
	}
	return names
}

// labels lead from what the console calls a field to the field.
var labels = map[string]string{
	"$user.givenname":     "$User.FirstName",
	"$user.forename":      "$User.FirstName",
	"$user.surname":       "$User.LastName",
	"$user.familyname":    "$User.LastName",
	"$user.fullname":      `$User.FirstName + " " + $User.LastName`,
	"$user.emailaddress":  "$User.Email",
	"$user.mail":          "$User.Email",
	"$user.nickname":      "$User.CommunityNickname",
	"$user.federationid":  "$User.FederationIdentifier",
	"$user.userid":        "$User.Id",
	"$user.login":         "$User.Username",
	"$user.profile":       "$Profile.Name",
	"$user.profilename":   "$Profile.Name",
	"$user.role":          "$UserRole.Name",
	"$user.rolename":      "$UserRole.Name",
	"$user.userrole":      "$UserRole.Name",
	"$user.mobile":        "$User.MobilePhone",
	"$user.zip":           "$User.PostalCode",
	"$user.zipcode":       "$User.PostalCode",
	"$user.language":      "$User.LanguageLocaleKey",
	"$user.locale":        "$User.LocaleSidKey",
	"$user.timezone":      "$User.TimeZoneSidKey",
	"$user.active":        "$User.IsActive",
	"$user.company":       "$User.CompanyName",
	"$user.manager":       "$User.ManagerId",
	"$organization.orgid": "$Organization.Id",
}
