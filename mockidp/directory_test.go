package mockidp

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// What the settings say of apps and users beyond the documented procedure has its effect
// on who is let in, and on what is said of them.
func TestIssueFollowsTheDirectory(t *testing.T) {
	t.Parallel()
	custom := func(name, value string) func(*settings.Salesforce) {
		return func(s *settings.Salesforce) {
			s.ConnectedApp.SubjectType.Value = settings.SubjectCustomAttribute
			s.ConnectedApp.SubjectCustomAttribute = field(name)
			s.Users[0].Fields = []settings.UserField{{Name: field("Employee_Number__c"), Value: field(value)}}
		}
	}
	for _, test := range []struct {
		name    string
		change  func(*settings.Salesforce)
		user    int
		code    string
		subject string
	}{
		{"a custom subject", custom("Employee_Number__c", "0042"), 0, "Success", "0042"},
		{"a custom subject in other letters", custom("employee_number__C", "0042"), 0, "Success", "0042"},
		{"a standard field as subject", custom("Alias", ""), 0, "Success", "alias"},
		{"a custom subject without a value", custom("Employee_Number__c", ""), 0, "NoCustomAttrValue", ""},
		{"a custom subject that no user has", custom("Badge__c", ""), 0, "NoCustomAttrValue", ""},
		{"a custom subject that cannot be", custom("Badge", ""), 0, "NoCustomField", ""},
		{"access by permission set", func(s *settings.Salesforce) {
			s.ConnectedApp.PermissionSets = []settings.Text{field("Flex_Users")}
			s.Users[1].PermissionSets = []settings.Text{field("Other"), field("Flex_Users")}
		}, 1, "Success", "nora@acme.example"},
		{"another permission set", func(s *settings.Salesforce) {
			s.ConnectedApp.PermissionSets = []settings.Text{field("Flex_Users")}
			s.Users[1].PermissionSets = []settings.Text{field("Other")}
		}, 1, "NoAccess", ""},
		{"a known id", func(s *settings.Salesforce) {
			s.ConnectedApp.SubjectType.Value = settings.SubjectUserID
			s.Users[0].ID = field("0050A0000000AcmAAA")
		}, 0, "Success", "0050A0000000Acm"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			half := acme()
			test.change(&half)
			response, event := New(half, options()).Issue(&half.Users[test.user], Request{})
			assert.Equal(t, test.code, event.Code)
			if test.code != "Success" {
				return
			}
			doc, err := saml.Parse(response, saml.Limits{})
			assert.NoError(t, err)
			assert.Equal(t, test.subject, saml.ReadResponse(doc).Assertions[0].NameID.Text())
		})
	}
}

func TestLoginURLNamesTheApp(t *testing.T) {
	t.Parallel()
	half := acme()
	half.ConnectedApp.AppID = field("0sp0A0000000AcmAAA")
	assert.Equal(t, "https://acme.my.salesforce.com/idp/login?app=0sp0A0000000Acm", New(half, options()).LoginURL())
}

func TestFormulasReadTheDirectory(t *testing.T) {
	t.Parallel()
	half := acme()
	u := &half.Users[0]
	u.Role, u.Fields = field("Service Agents"), []settings.UserField{{Name: field("Team__c"), Value: field("Blue")}}
	half.ConnectedApp.CustomAttributes = []settings.CustomAttribute{{Key: field("team"), Value: field(`$User.TEAM__c & "/" & $UserRole.Name`)}}
	all := New(half, options()).attributes(u)
	assert.Equal(t, attribute{"team", "Blue/Service Agents"}, all[len(all)-1])
}
