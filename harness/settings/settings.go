// Package settings holds what two administrators typed into two consoles: the
// Salesforce half and the Flex half of one single sign-on set-up, with the place
// of every value. It judges nothing: a value that is well-typed but wrong is read
// like any other, and the checks say what is wrong with it.
package settings

import (
	"fmt"
	"strings"
)

// A Place is where a value stands in a settings file. Line and Column count from 1;
// zero means that the value comes from no file.
type Place struct {
	File         string
	Line, Column int
}

// String is file:line:column, as editors read it, or "" where there is no place.
func (p Place) String() string {
	switch {
	case p.File == "" && p.Line == 0:
		return ""
	case p.Line == 0:
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// A Field is one setting: its value, what it is called and where it was typed.
type Field[T any] struct {
	Value T
	// Path is the name of the setting in the file, as salesforce.connected_app.entity_id
	// or salesforce.users[0].email. It is there for settings that were not typed, too.
	Path string
	// Place is where the value stands. A setting that was not typed has the place of
	// the mapping that it is missing from, so that a message can point there.
	Place Place
	// Set tells a typed value from a default: it is false where the file does not
	// have the key, and Value then holds what the console would show.
	Set bool
}

// The three types that a setting has.
type (
	Text   = Field[string]
	Flag   = Field[bool]
	Number = Field[int]
)

// Settings are both halves of a set-up.
type Settings struct {
	// Name says which settings these are: the file as named by the user, or
	// "embedded:salesforce-flex-enhanced.yaml".
	Name       string
	Salesforce Salesforce
	Flex       Flex
}

// Salesforce is what is typed into Salesforce Setup. Where a comment names a default, a
// setting that was not typed has it; else it has its zero value.
type Salesforce struct {
	Set              bool  // false where the file leaves this half out
	Place            Place // of the half; zero where it is left out
	MyDomain         Text  // acme.my.salesforce.com
	OrganizationID   Text  // 15 or 18 characters
	Certificates     []Certificate
	IdentityProvider IdentityProvider
	ConnectedApp     ConnectedApp
	Users            []User
}

// A Certificate is one entry of Certificate and Key Management.
type Certificate struct {
	Path                 string // salesforce.certificates[0]
	Label                Text
	UniqueName           Text   // default: made of Label
	KeySize              Number // default 2048
	ExportablePrivateKey Flag   // default true
	File                 File   // what Download Certificate gave
}

// A File is a setting that names a file, with what the file holds.
type File struct {
	Text        // the name as typed
	Data []byte // the content, which may be empty; nil where no file is named
}

// IdentityProvider is the page Setup › Identity Provider.
type IdentityProvider struct {
	Enabled     Flag
	Certificate Text // label or unique name
}

// The values of Subject Type.
const (
	SubjectUsername        = "Username"
	SubjectFederationID    = "FederationId"
	SubjectUserID          = "UserId"
	SubjectCustomAttribute = "CustomAttribute"
	SubjectPersistentID    = "PersistentId"
)

// The values of Kind.
const (
	KindConnectedApp      = "ConnectedApp"
	KindExternalClientApp = "ExternalClientApp"
)

// The values of SingleLogoutBinding, as the console shows them.
const (
	LogoutRedirect = "HTTP Redirect"
	LogoutPOST     = "HTTP POST"
)

// ConnectedApp is the app with its Web App Settings: a Connected App, or an External
// Client App, which has taken its place for new set-ups.
type ConnectedApp struct {
	Kind                    Text // one of the Kind… constants; default KindConnectedApp
	Name                    Text
	APIName                 Text // default: made of Name
	AppID                   Text // 0sp…, as in the IdP-Initiated Login URL
	ContactEmail            Text
	StartURL                Text
	EnableSAML              Flag
	EntityID                Text
	ACSURL                  Text
	SubjectType             Text // one of the Subject… constants; default SubjectUsername
	SubjectCustomAttribute  Text // the API name of a field of User, for SubjectCustomAttribute
	NameIDFormat            Text // default NameIDFormatUnspecified
	Issuer                  Text // default: https:// and the My Domain
	IDPCertificate          Text // label or unique name; default DefaultIDPCertificate
	SigningAlgorithm        Text // SHA1 or SHA256; default SHA1
	VerifyRequestSignatures Flag
	RequestCertificate      File // the service provider's, for request signatures
	EncryptSAMLResponse     Flag
	EncryptionCertificate   File
	EncryptionAlgorithm     Text // AES128 or AES256; default AES128
	SingleLogoutURL         Text
	SingleLogoutBinding     Text // LogoutRedirect or LogoutPOST
	CustomAttributes        []CustomAttribute
	Profiles                []Text // profiles that have access to the app
	PermissionSets          []Text // API names of permission sets that have access to the app
}

// A CustomAttribute is one line of the app's Custom Attributes.
type CustomAttribute struct {
	Path  string // salesforce.connected_app.custom_attributes[0]
	Key   Text
	Value Text // a formula
}

// A User is one of the org's users.
type User struct {
	Path         string // salesforce.users[0]
	FirstName    Text
	LastName     Text
	Alias        Text
	Email        Text
	Username     Text
	Nickname     Text
	License      Text
	Profile      Text
	Active       Flag // default true
	FederationID Text
	ID           Text // 005…, 15 or 18 characters
	Role         Text
	// PermissionSets are the API names of those that the user was given.
	PermissionSets []Text
	// Fields are further fields of the user, for formulas and custom subjects.
	Fields []UserField
}

// A UserField is one field of a user that has no setting of its own.
type UserField struct {
	Path  string // salesforce.users[0].fields[0]
	Name  Text   // the API name, as Department or Employee_Number__c
	Value Text
}

// Field is the value of the further field with this API name, which Salesforce compares
// without regard to letter case. It is false where the settings do not have it.
func (u *User) Field(name string) (string, bool) {
	for _, f := range u.Fields {
		if strings.EqualFold(f.Name.Value, name) {
			return f.Value.Value, true
		}
	}
	return "", false
}

// Admits tells whether a user has access to the app, by profile or by permission set.
func (a *ConnectedApp) Admits(u *User) bool {
	for _, p := range a.Profiles {
		if p.Value == u.Profile.Value {
			return true
		}
	}
	for _, p := range a.PermissionSets {
		for _, given := range u.PermissionSets {
			if p.Value == given.Value && p.Value != "" {
				return true
			}
		}
	}
	return false
}

// The values of flex.sso.
const (
	SSOEnhanced = "enhanced"
	SSOLegacy   = "legacy"
)

// Flex is what is typed into Flex Console › Single Sign-On. Defaults are those that the
// comments name.
type Flex struct {
	Set                    bool  // false where the file leaves this half out
	Place                  Place // of the half; zero where it is left out
	AccountSID             Text
	SSO                    Text // SSOEnhanced or SSOLegacy; default SSOEnhanced
	ConnectionSID          Text // enhanced only
	FriendlyName           Text
	X509Certificate        File // inline PEM (Value is then "") or x509_certificate_file
	IdentityProviderIssuer Text
	SSOURL                 Text
	DefaultRedirectURL     Text
	TwilioSSOURL           Text // legacy only: what the console shows as ACS
	LoginLink              Text
	TrustedURLs            []Text
	LoginPopup             Flag
	ServiceProvider        ServiceProvider
}

// ServiceProvider is what an ordinary service provider has and Flex has not: it signs,
// decrypts and takes part in Single Logout. With it Salesforce's settings for these can be
// tried; for Flex it is left out.
type ServiceProvider struct {
	Set                       bool  // false where the file leaves it out
	Place                     Place // of the mapping; zero where it is left out
	SigningCertificate        File  // of the key that signs requests and messages of logout
	EncryptionCertificate     File  // of the key that decrypts
	SingleLogoutURL           Text  // where it takes messages of logout
	SingleLogoutBinding       Text  // LogoutRedirect or LogoutPOST, by which it takes and sends them; either and LogoutRedirect where it is empty
	IdentityProviderLogoutURL Text  // where it sends them
}

// LogsOut tells whether the service provider takes part in Single Logout.
func (p *ServiceProvider) LogsOut() bool {
	return p.SingleLogoutURL.Value != "" || p.IdentityProviderLogoutURL.Value != ""
}
