package settings

// An entry is one key of a mapping in the file, and where its value goes: *Text,
// *Flag, *Number, *File, inline, object or listed. Reading, copying and listing the
// settings all follow the same entries, in the order of the consoles.
type entry struct {
	key string
	to  any
}

// An inline is a file whose content may stand in the settings themselves; under its
// key with _file it is named instead.
type inline struct{ *File }

// An object is a mapping with entries of its own.
type object struct {
	entries []entry
	set     *bool  // told whether the file has it; may be nil
	place   *Place // told where; may be nil
}

// A listed is a list of mappings or of texts.
type listed interface {
	length() int
	grow()                                     // by one entry
	entry(i int) (entries []entry, text *Text) // one of the two
	named(i int, path string)
}

type texts struct{ to *[]Text }

func (l texts) length() int                  { return len(*l.to) }
func (l texts) grow()                        { *l.to = append(*l.to, Text{}) }
func (l texts) entry(i int) ([]entry, *Text) { return nil, &(*l.to)[i] }
func (l texts) named(i int, path string)     { (*l.to)[i].Path = path }

type mappings[T any] struct {
	to      *[]T
	path    func(*T) *string
	entries func(*T) []entry
}

func (l mappings[T]) length() int                  { return len(*l.to) }
func (l mappings[T]) grow()                        { var zero T; *l.to = append(*l.to, zero) }
func (l mappings[T]) entry(i int) ([]entry, *Text) { return l.entries(&(*l.to)[i]), nil }
func (l mappings[T]) named(i int, path string)     { *l.path(&(*l.to)[i]) = path }

func (s *Settings) layout() []entry {
	return []entry{
		{"salesforce", object{s.Salesforce.layout(), &s.Salesforce.Set, &s.Salesforce.Place}},
		{"flex", object{s.Flex.layout(), &s.Flex.Set, &s.Flex.Place}},
	}
}

func (s *Salesforce) layout() []entry {
	return []entry{
		{"my_domain", &s.MyDomain},
		{"organization_id", &s.OrganizationID},
		{"certificates", mappings[Certificate]{&s.Certificates, func(c *Certificate) *string { return &c.Path }, (*Certificate).layout}},
		{"identity_provider", object{entries: []entry{
			{"enabled", &s.IdentityProvider.Enabled},
			{"certificate", &s.IdentityProvider.Certificate},
		}}},
		{"connected_app", object{entries: s.ConnectedApp.layout()}},
		{"users", mappings[User]{&s.Users, func(u *User) *string { return &u.Path }, (*User).layout}},
	}
}

func (c *Certificate) layout() []entry {
	return []entry{
		{"label", &c.Label},
		{"unique_name", &c.UniqueName},
		{"key_size", &c.KeySize},
		{"exportable_private_key", &c.ExportablePrivateKey},
		{"file", &c.File},
	}
}

func (a *ConnectedApp) layout() []entry {
	return []entry{
		{"kind", &a.Kind},
		{"name", &a.Name},
		{"api_name", &a.APIName},
		{"app_id", &a.AppID},
		{"contact_email", &a.ContactEmail},
		{"start_url", &a.StartURL},
		{"enable_saml", &a.EnableSAML},
		{"entity_id", &a.EntityID},
		{"acs_url", &a.ACSURL},
		{"subject_type", &a.SubjectType},
		{"subject_custom_attribute", &a.SubjectCustomAttribute},
		{"name_id_format", &a.NameIDFormat},
		{"issuer", &a.Issuer},
		{"idp_certificate", &a.IDPCertificate},
		{"signing_algorithm", &a.SigningAlgorithm},
		{"verify_request_signatures", &a.VerifyRequestSignatures},
		{"request_certificate", &a.RequestCertificate},
		{"encrypt_saml_response", &a.EncryptSAMLResponse},
		{"encryption_certificate", &a.EncryptionCertificate},
		{"encryption_algorithm", &a.EncryptionAlgorithm},
		{"single_logout_url", &a.SingleLogoutURL},
		{"single_logout_binding", &a.SingleLogoutBinding},
		{"custom_attributes", mappings[CustomAttribute]{&a.CustomAttributes, func(c *CustomAttribute) *string { return &c.Path }, (*CustomAttribute).layout}},
		{"profiles", texts{&a.Profiles}},
		{"permission_sets", texts{&a.PermissionSets}},
	}
}

func (c *CustomAttribute) layout() []entry {
	return []entry{
		{"key", &c.Key},
		{"value", &c.Value},
	}
}

func (u *User) layout() []entry {
	return []entry{
		{"first_name", &u.FirstName},
		{"last_name", &u.LastName},
		{"alias", &u.Alias},
		{"email", &u.Email},
		{"username", &u.Username},
		{"nickname", &u.Nickname},
		{"license", &u.License},
		{"profile", &u.Profile},
		{"active", &u.Active},
		{"federation_id", &u.FederationID},
		{"id", &u.ID},
		{"role", &u.Role},
		{"permission_sets", texts{&u.PermissionSets}},
		{"fields", mappings[UserField]{&u.Fields, func(f *UserField) *string { return &f.Path }, (*UserField).layout}},
	}
}

func (f *UserField) layout() []entry {
	return []entry{
		{"name", &f.Name},
		{"value", &f.Value},
	}
}

func (f *Flex) layout() []entry {
	return []entry{
		{"account_sid", &f.AccountSID},
		{"sso", &f.SSO},
		{"connection_sid", &f.ConnectionSID},
		{"friendly_name", &f.FriendlyName},
		{"x509_certificate", inline{&f.X509Certificate}},
		{"identity_provider_issuer", &f.IdentityProviderIssuer},
		{"sso_url", &f.SSOURL},
		{"default_redirect_url", &f.DefaultRedirectURL},
		{"twilio_sso_url", &f.TwilioSSOURL},
		{"login_link", &f.LoginLink},
		{"trusted_urls", texts{&f.TrustedURLs}},
		{"login_popup", &f.LoginPopup},
		{"service_provider", object{f.ServiceProvider.layout(), &f.ServiceProvider.Set, &f.ServiceProvider.Place}},
	}
}

func (p *ServiceProvider) layout() []entry {
	return []entry{
		{"signing_certificate", &p.SigningCertificate},
		{"encryption_certificate", &p.EncryptionCertificate},
		{"single_logout_url", &p.SingleLogoutURL},
		{"single_logout_binding", &p.SingleLogoutBinding},
		{"identity_provider_logout_url", &p.IdentityProviderLogoutURL},
	}
}
