package settings

// A comment is what stands around a setting the first time that a file has it.
type comment struct {
	gap    bool     // an empty line goes before
	above  []string // lines above
	beside string   // behind the value
}

// commentOn is the comment on the setting with this path, without indices. Where the
// page differs between the two generations of Flex SSO, it is that of the legacy one.
func commentOn(path string, legacy bool) comment {
	if legacy {
		if c, ok := legacyComments[path]; ok {
			return c
		}
	}
	return comments[path]
}

var legacyComments = map[string]comment{
	"salesforce.connected_app.entity_id": {above: []string{"Entity Id: with the Account SID of Twilio Console"}},
	"salesforce.connected_app.acs_url":   {above: []string{"ACS URL: the same without /metadata"}},
}

// comments name for each setting the page and the field that it is typed into.
var comments = map[string]comment{
	"salesforce.my_domain":       {above: []string{"Setup › My Domain: Current My Domain URL, without https://"}},
	"salesforce.organization_id": {above: []string{"Setup › Company Information: Salesforce.com Organization ID"}},

	"salesforce.certificates": {gap: true, above: []string{
		"Setup › Certificate and Key Management, one entry for each line of that list that",
		"single sign-on uses. The names are relative to this file.",
	}},
	"salesforce.certificates.label":                  {beside: "Label"},
	"salesforce.certificates.unique_name":            {beside: "Unique Name"},
	"salesforce.certificates.key_size":               {beside: "Key Size"},
	"salesforce.certificates.exportable_private_key": {beside: "Exportable Private Key"},
	"salesforce.certificates.file":                   {beside: "what Download Certificate gave"},

	"salesforce.identity_provider":             {gap: true, above: []string{"Setup › Identity Provider"}},
	"salesforce.identity_provider.enabled":     {beside: "Enable Identity Provider was clicked"},
	"salesforce.identity_provider.certificate": {beside: "Label of the certificate shown there"},

	"salesforce.connected_app":                   {gap: true, above: []string{"Setup › App Manager › Twilio Flex › Edit"}},
	"salesforce.connected_app.kind":              {above: []string{"The list that the app is in: ConnectedApp, or ExternalClientApp"}},
	"salesforce.connected_app.name":              {above: []string{"Basic Information"}, beside: "Connected App Name"},
	"salesforce.connected_app.api_name":          {beside: "API Name"},
	"salesforce.connected_app.app_id":            {above: []string{"Manage › IdP-Initiated Login URL: what stands after app="}},
	"salesforce.connected_app.contact_email":     {beside: "Contact Email"},
	"salesforce.connected_app.start_url":         {gap: true, above: []string{"Web App Settings"}, beside: "Start URL"},
	"salesforce.connected_app.enable_saml":       {beside: "Enable SAML"},
	"salesforce.connected_app.entity_id":         {above: []string{`Entity Id: from the page "Set up your identity provider" in Flex Console`}},
	"salesforce.connected_app.acs_url":           {above: []string{"ACS URL: from the same page"}},
	"salesforce.connected_app.subject_type":      {above: []string{"Subject Type: Username, FederationId, UserId, CustomAttribute or PersistentId"}},
	"salesforce.connected_app.name_id_format":    {beside: "Name ID Format"},
	"salesforce.connected_app.issuer":            {beside: "Issuer"},
	"salesforce.connected_app.idp_certificate":   {beside: "IdP Certificate"},
	"salesforce.connected_app.signing_algorithm": {beside: "Signing Algorithm for SAML Messages: SHA1 or SHA256"},

	"salesforce.connected_app.subject_custom_attribute": {beside: "Custom Attribute: API name of a field of User"},
	"salesforce.connected_app.verify_request_signatures": {above: []string{
		"Verify Request Signatures; when ticked, also",
		"request_certificate: the file uploaded there",
	}},
	"salesforce.connected_app.request_certificate": {beside: "the file uploaded there"},
	"salesforce.connected_app.encrypt_saml_response": {above: []string{
		"Encrypt SAML Response; when ticked, also",
		"encryption_certificate: the file uploaded there",
		"encryption_algorithm: AES128 or AES256",
	}},
	"salesforce.connected_app.encryption_certificate": {beside: "the file uploaded there"},
	"salesforce.connected_app.encryption_algorithm":   {beside: "Block Encryption Algorithm: AES128 or AES256"},
	"salesforce.connected_app.single_logout_url":      {above: []string{"Enable Single Logout: Single Logout URL"}},
	"salesforce.connected_app.single_logout_binding":  {beside: "Single Logout Binding: HTTP Redirect or HTTP POST"},

	"salesforce.connected_app.custom_attributes": {gap: true, above: []string{
		"Setup › App Manager › Twilio Flex › Manage › Custom Attributes. A value is a",
		"formula, and its quotes are straight ones; the quotes around the whole are YAML's.",
	}},
	"salesforce.connected_app.custom_attributes.key":   {beside: "Attribute key"},
	"salesforce.connected_app.custom_attributes.value": {beside: "Attribute value"},
	"salesforce.connected_app.profiles":                {gap: true, above: []string{"Setup › App Manager › Twilio Flex › Manage › Manage Profiles"}},
	"salesforce.connected_app.permission_sets": {gap: true, above: []string{
		"Setup › App Manager › Twilio Flex › Manage › Manage Permission Sets: API names",
	}},

	"salesforce.users":                 {gap: true, above: []string{"Setup › Users › Users: people to try the login with"}},
	"salesforce.users.first_name":      {beside: "First Name"},
	"salesforce.users.last_name":       {beside: "Last Name"},
	"salesforce.users.alias":           {beside: "Alias"},
	"salesforce.users.email":           {beside: "Email"},
	"salesforce.users.username":        {beside: "Username"},
	"salesforce.users.nickname":        {beside: "Nickname"},
	"salesforce.users.license":         {beside: "User License"},
	"salesforce.users.profile":         {beside: "Profile"},
	"salesforce.users.active":          {beside: "Active"},
	"salesforce.users.federation_id":   {beside: "Federation ID"},
	"salesforce.users.id":              {beside: "the id in the address of the user's page"},
	"salesforce.users.role":            {beside: "Role"},
	"salesforce.users.permission_sets": {beside: "Permission Set Assignments: API names"},
	"salesforce.users.fields":          {beside: "the user's other fields"},
	"salesforce.users.fields.name":     {beside: "API name, as Employee_Number__c"},
	"salesforce.users.fields.value":    {beside: "what it holds"},

	"flex":                {gap: true, above: []string{"Flex Console › Users and access › Single sign-on (SSO)"}},
	"flex.account_sid":    {above: []string{"Console › Account Info: Account SID"}},
	"flex.sso":            {above: []string{"Which of the two SSO configurations the page shows: enhanced or legacy"}},
	"flex.connection_sid": {above: []string{"The part of Entity ID after urn:flex:"}},
	"flex.friendly_name":  {beside: "Friendly Name"},
	"flex.x509_certificate": {above: []string{
		"X.509 Certificate: the file whose content was pasted. The content itself may stand",
		"here instead, under x509_certificate.",
	}},
	"flex.identity_provider_issuer": {beside: "Identity Provider Issuer"},
	"flex.sso_url":                  {beside: "Single Sign-On URL"},
	"flex.default_redirect_url":     {beside: "Default Redirect URL"},
	"flex.twilio_sso_url":           {above: []string{"Twilio SSO URL: the address that responses are posted to"}},
	"flex.login_link":               {above: []string{"The link shown there for people to log in with"}},
	"flex.trusted_urls":             {beside: "Trusted URLs"},
	"flex.login_popup":              {beside: "Login using popup"},
	"flex.service_provider": {gap: true, above: []string{
		"What Flex does not do and another service provider may: the mock then signs, decrypts",
		"and logs out, so that Salesforce's settings for that can be tried. Leave it out for Flex.",
	}},
	"flex.service_provider.signing_certificate":    {beside: "of the key for requests and logout"},
	"flex.service_provider.encryption_certificate": {beside: "of the key that decrypts"},
	"flex.service_provider.single_logout_url":      {beside: "where it takes messages of logout"},
	"flex.service_provider.single_logout_binding":  {beside: "HTTP Redirect or HTTP POST"},
	"flex.service_provider.identity_provider_logout_url": {above: []string{
		"where it sends them: in Salesforce https://, My Domain and /services/auth/idp/saml2/logout",
	}},
}
