package mockidp

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mockidp/formula"
)

// subject is the content of NameID, by the app's Subject Type.
func (p *IDP) subject(u *settings.User) (string, error) {
	switch p.half.ConnectedApp.SubjectType.Value {
	case settings.SubjectFederationID:
		if u.FederationID.Value == "" {
			return "", refuse(NoUserFedID)
		}
		return u.FederationID.Value, nil
	case settings.SubjectUserID:
		return p.userID(u), nil
	case settings.SubjectPersistentID:
		return p.persistentID(u), nil
	case settings.SubjectCustomAttribute:
		return p.customSubject(u)
	}
	return u.Username.Value, nil
}

// customSubject is the value of the field of User that the app names.
func (p *IDP) customSubject(u *settings.User) (string, error) {
	name := p.half.ConnectedApp.SubjectCustomAttribute.Value
	value, known := p.fields(u)("$User." + name)
	switch {
	case name == "" || !known:
		return "", refuse(NoCustomField)
	case value == "":
		return "", refuse(NoCustomAttrValue)
	}
	return value, nil
}

// persistentID is a name that the user has at this service provider only. How
// Salesforce makes its own is not published; this one is a digest.
func (p *IDP) persistentID(u *settings.User) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		shortID(p.half.OrganizationID.Value), p.half.ConnectedApp.EntityID.Value, p.userID(u),
	}, "\x00")))
	return hex.EncodeToString(sum[:20])
}

// An attribute is one Attribute element of a response.
type attribute struct{ name, value string }

// attributes are those that Salesforce always sends and then the app's own, in order.
// A custom attribute whose formula Salesforce would not save is not there.
func (p *IDP) attributes(u *settings.User) []attribute {
	all := []attribute{
		{"userId", p.userID(u)},
		{"username", u.Username.Value},
		{"email", u.Email.Value},
		{"is_portal_user", "false"},
	}
	for _, custom := range p.half.ConnectedApp.CustomAttributes {
		expr, err := formula.Parse(custom.Value.Value)
		if err != nil || custom.Key.Value == "" {
			continue
		}
		value, err := expr.EvalIn(formula.Env{Fields: p.fields(u), Now: p.opt.Now()})
		if err == nil {
			all = append(all, attribute{custom.Key.Value, value})
		}
	}
	return all
}

const ofUser = "$User."

// fields is what merge fields hold for a user; their names have no letter case.
func (p *IDP) fields(u *settings.User) func(name string) (string, bool) {
	return func(name string) (string, bool) {
		switch strings.ToLower(name) {
		case "$user.firstname":
			return u.FirstName.Value, true
		case "$user.lastname":
			return u.LastName.Value, true
		case "$user.alias":
			return u.Alias.Value, true
		case "$user.email":
			return u.Email.Value, true
		case "$user.username":
			return u.Username.Value, true
		case "$user.communitynickname":
			return u.Nickname.Value, true
		case "$user.federationidentifier":
			return u.FederationID.Value, true
		case "$user.id":
			return p.userID(u), true
		case "$user.name":
			return strings.TrimSpace(u.FirstName.Value + " " + u.LastName.Value), true
		case "$user.isactive":
			if u.Active.Value {
				return "true", true
			}
			return "false", true
		case "$userrole.name":
			return u.Role.Value, true
		case "$profile.name":
			return u.Profile.Value, true
		case "$profile.id", "$user.profileid":
			return p.recordID("00e", u.Profile.Value), true
		case "$organization.id":
			return shortID(p.half.OrganizationID.Value), true
		default:
			if len(name) > len(ofUser) && strings.EqualFold(name[:len(ofUser)], ofUser) {
				if value, ok := u.Field(name[len(ofUser):]); ok {
					return value, true
				}
			}
			return "", formula.KnownField(name) // fields that the settings do not have are empty
		}
	}
}
