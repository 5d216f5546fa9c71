package harness

// secondCertificate is an entry after the one of Certificate and Key Management.
const secondCertificate = `    - label: Other
      unique_name: Other
      file: second.crt
` + listEnd

// orgScenarios are about the org: its names, its certificates and its identity provider.
func orgScenarios() []*Scenario {
	another := "Whoever has that certificate's key would be believed."
	old := "A certificate ends so that a stolen key does."
	return []*Scenario{
		{
			ID: "my-domain-other", Title: "Another org's My Domain",
			Edits:   []string{myDomain, "my_domain: acme-dev.my.salesforce.com"},
			Causes:  ids("settings/my-domain"),
			Follows: ids("settings/sso-url request/destination login/unreachable"),
			Warns:   ids("settings/issuer-form"),
		},
		{
			ID: "my-domain-url", Title: "My Domain with https://",
			Edits:   []string{myDomain, "my_domain: https://acme.my.salesforce.com"},
			Causes:  ids("settings/my-domain"),
			Follows: ids("settings/sso-url request/destination login/unreachable login/interrupted"),
			Warns:   ids("settings/issuer-form"),
		},
		{
			ID: "my-domain-empty", Title: "No My Domain",
			Edits:   []string{myDomain, "my_domain: ''"},
			Causes:  ids("settings/my-domain"),
			Follows: ids("login/unreachable"),
		},
		{
			ID: "organization-id", Title: "An organization id with a letter too many",
			Edits:  []string{organizationID, organizationID + "e"},
			Causes: ids("settings/organization-id"),
		},
		{
			ID: "certificate-organization", Title: "The certificate is another org's",
			Life:  another,
			Edits: []string{orgFile, " file: other-org.crt", flexFile, " x509_certificate_file: other-org.crt"},
			Warns: ids("settings/certificate-organization"),
		},
		{
			ID: "certificate-label", Title: "A certificate without a label",
			Edits:  []string{"- label: SalesforceSSO ", "- label: '' "},
			Causes: ids("settings/certificate-name"),
		},
		{
			ID: "certificate-name", Title: "A unique name with a space",
			Edits:  []string{"unique_name: SalesforceSSO", "unique_name: Salesforce SSO"},
			Causes: ids("settings/certificate-name"),
		},
		{
			ID: "certificate-key-size", Title: "Key Size 4096 beside a certificate of 2048 bits",
			Edits:  []string{"key_size: 2048", "key_size: 4096"},
			Causes: ids("settings/certificate-key-size"),
		},
		{
			ID: "certificate-other", Title: "Another certificate in Flex",
			Life:    another,
			Edits:   []string{flexFile, " x509_certificate_file: other.crt"},
			Causes:  ids("settings/certificate-match"),
			Follows: ids("signature/trusted-key signature/coverage login/accepted"),
		},
		{
			ID: "certificate-renewed", Title: "A certificate that was renewed for the same key, in Salesforce only",
			Life:  "Nothing: the key is the same.",
			Edits: []string{orgFile, " file: renewed.crt"},
			Warns: ids("settings/certificate-match"),
		},
		{
			ID: "certificate-expired", Title: "A certificate that has expired",
			Life:    old,
			Edits:   []string{orgFile, " file: expired.crt", flexFile, " x509_certificate_file: expired.crt"},
			Causes:  ids("settings/certificate-expiry"),
			Follows: ids("login/accepted"),
			Warns:   ids("signature/certificate-validity"),
		},
		{
			ID: "certificate-early", Title: "A certificate that is valid from tomorrow",
			Life:    old,
			Edits:   []string{orgFile, " file: early.crt", flexFile, " x509_certificate_file: early.crt"},
			Causes:  ids("settings/certificate-expiry"),
			Follows: ids("login/accepted"),
			Warns:   ids("signature/certificate-validity"),
		},
		{
			ID: "certificate-ends-soon", Title: "A certificate that expires in ten days",
			Life:  "Nothing, for ten days.",
			Edits: []string{orgFile, " file: ends-soon.crt", flexFile, " x509_certificate_file: ends-soon.crt"},
			Warns: ids("settings/certificate-expiry"),
		},
		{
			ID: "certificate-1024", Title: "A certificate of 1024 bits",
			Life:   "A key of that size can be broken, and then anybody can be anybody.",
			Edits:  []string{orgFile, " file: 1024.crt", flexFile, " x509_certificate_file: 1024.crt"},
			Causes: ids("settings/certificate-key-size"),
			Warns:  ids("signature/key-size"),
		},
		{
			ID: "certificate-headless", Title: "A certificate without its first lines in Flex",
			Edits:   []string{flexFile, " x509_certificate_file: headless.crt"},
			Causes:  ids("settings/certificate-readable"),
			Follows: ids("login/accepted"),
		},
		{
			ID: "certificate-bare", Title: "A certificate without its BEGIN and END lines in Flex",
			Edits:  []string{flexFile, " x509_certificate_file: bare.crt"},
			Causes: ids("settings/certificate-readable"),
		},
		{
			ID: "certificate-is-key", Title: "A private key for the certificate in Flex",
			Edits:   []string{flexFile, " x509_certificate_file: key.pem"},
			Causes:  ids("settings/certificate-readable"),
			Follows: ids("login/accepted"),
		},
		{
			ID: "certificate-headless-salesforce", Title: "A certificate without its first lines in Salesforce",
			Edits:   []string{orgFile, " file: headless.crt"},
			Causes:  ids("settings/certificate-readable"),
			Follows: ids("login/identity-provider-refused"),
		},
		{
			ID: "identity-provider-disabled", Title: "Identity Provider not enabled",
			Edits:   []string{"enabled: true", "enabled: false"},
			Causes:  ids("settings/identity-provider-enabled"),
			Follows: ids("login/identity-provider-refused"),
		},
		{
			ID: "identity-provider-certificate-other", Title: "Identity Provider enabled with another certificate than the app's",
			Life:   "Nothing: the app's certificate signs.",
			Edits:  []string{listEnd, secondCertificate, " certificate: SalesforceSSO", " certificate: Other"},
			Causes: ids("settings/idp-certificate"),
		},
		{
			ID: "app-certificate-other", Title: "Another certificate for the app than Flex and Identity Provider have",
			Life:    another,
			Edits:   []string{listEnd, secondCertificate, "idp_certificate: SalesforceSSO", "idp_certificate: Other"},
			Causes:  ids("settings/idp-certificate"),
			Follows: ids("settings/certificate-match signature/trusted-key signature/coverage login/accepted"),
		},
		{
			ID: "app-certificate-unknown", Title: "A certificate for the app that is not in the list",
			Edits:   []string{"idp_certificate: SalesforceSSO", "idp_certificate: SalesforceSS0"},
			Causes:  ids("settings/idp-certificate"),
			Follows: ids("login/identity-provider-refused"),
		},
	}
}
