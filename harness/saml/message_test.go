package saml

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const aResponse = `<?xml version="1.0" encoding="UTF-8"?><samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" ID="_r" Version="2.0">` +
	`<x:Issuer xmlns:x="urn:x">not this</x:Issuer><saml:Issuer>idp</saml:Issuer><saml:Issuer>second</saml:Issuer><ds:Signature Id="s1"/>` +
	`<samlp:Status><samlp:StatusCode Value="top"><samlp:StatusCode Value="second"/></samlp:StatusCode><samlp:StatusMessage>why</samlp:StatusMessage></samlp:Status>` +
	`<saml:Assertion ID="_a"><saml:Issuer>idp</saml:Issuer><ds:Signature Id="s2"/><saml:Subject><saml:NameID>ada</saml:NameID>` +
	`<saml:SubjectConfirmation Method="m1"><saml:SubjectConfirmationData Recipient="acs"/></saml:SubjectConfirmation><saml:SubjectConfirmation Method="m2"/></saml:Subject>` +
	`<saml:Conditions><saml:AudienceRestriction><saml:Audience>sp</saml:Audience></saml:AudienceRestriction><saml:OneTimeUse/><saml:AudienceRestriction/></saml:Conditions>` +
	`<saml:AuthnStatement SessionIndex="1"/><saml:AttributeStatement><saml:Attribute Name="roles"><saml:AttributeValue>agent</saml:AttributeValue><saml:AttributeValue>admin</saml:AttributeValue></saml:Attribute><saml:EncryptedAttribute/></saml:AttributeStatement>` +
	`<saml:AuthnStatement SessionIndex="2"/><saml:AttributeStatement><saml:Attribute Name="email"/><saml:Attribute Name="roles"><saml:AttributeValue/></saml:Attribute></saml:AttributeStatement></saml:Assertion>` +
	`<saml:EncryptedAssertion/><saml:Assertion ID="_b"/></samlp:Response>`

func TestReadResponse(t *testing.T) {
	t.Parallel()
	r := ReadResponse(parseXML(t, aResponse))
	require.NotNil(t, r)
	assert.Equal(t, "_r", r.Attr("ID").Value())
	assert.Equal(t, "idp", r.Issuer.Text())
	assert.Equal(t, "s1", r.Signature.Attr("Id").Value())
	assert.Equal(t, "top", r.StatusCode.Attr("Value").Value())
	assert.Equal(t, "second", r.SecondCode.Attr("Value").Value())
	assert.Equal(t, "why", r.StatusMessage.Text())
	assert.Len(t, r.Encrypted, 1)
	require.Len(t, r.Assertions, 2)

	a := r.Assertions[0]
	assert.Equal(t, "_a", a.Attr("ID").Value())
	assert.Equal(t, "s2", a.Signature.Attr("Id").Value())
	assert.Equal(t, "ada", a.NameID.Text())
	assert.False(t, a.Verified)
	require.Len(t, a.Confirmations, 2)
	assert.Equal(t, "m1", a.Confirmations[0].Attr("Method").Value())
	assert.Equal(t, "acs", a.Confirmations[0].Data.Attr("Recipient").Value())
	assert.False(t, a.Confirmations[1].Data.Exists())
	assert.Len(t, a.Audiences, 2)
	require.Len(t, a.Statements, 2)
	assert.Equal(t, "2", a.Statements[1].Attr("SessionIndex").Value())
	var got []string
	for _, attr := range a.Attributes {
		got = append(got, attr.Name)
		for _, v := range attr.Values {
			got = append(got, "="+v.Text())
		}
	}
	assert.Equal(t, []string{"roles", "=agent", "=admin", "email", "roles", "="}, got)

	empty := r.Assertions[1]
	assert.False(t, empty.Subject.Exists() || empty.Conditions.Exists() || empty.Issuer.Exists())
	assert.Empty(t, empty.Attributes)
}

func TestReadAuthnRequest(t *testing.T) {
	t.Parallel()
	r := ReadAuthnRequest(parseXML(t, `<AuthnRequest xmlns="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_q"><saml:Issuer>sp</saml:Issuer><saml:Subject/><NameIDPolicy Format="f"/><saml:Conditions/><RequestedAuthnContext/><Scoping/></AuthnRequest>`))
	require.NotNil(t, r)
	assert.Equal(t, "_q", r.Attr("ID").Value())
	assert.Equal(t, "sp", r.Issuer.Text())
	assert.Equal(t, "f", r.NameIDPolicy.Attr("Format").Value())
	assert.True(t, r.Subject.Exists() && r.Conditions.Exists() && r.RequestedAuthnContext.Exists() && r.Scoping.Exists())
	assert.False(t, r.Signature.Exists())
}

func TestReadLogout(t *testing.T) {
	t.Parallel()
	q := ReadLogoutRequest(parseXML(t, `<p:LogoutRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion"><s:Issuer>sp</s:Issuer><s:EncryptedID/><p:SessionIndex>1</p:SessionIndex><p:SessionIndex>2</p:SessionIndex></p:LogoutRequest>`))
	require.NotNil(t, q)
	assert.Equal(t, "sp", q.Issuer.Text())
	assert.Equal(t, "EncryptedID", q.NameID.Local())
	assert.Len(t, q.SessionIndexes, 2)
	r := ReadLogoutResponse(parseXML(t, `<p:LogoutResponse xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion"><s:Issuer>idp</s:Issuer><p:Status><p:StatusCode Value="c"><p:StatusCode Value="d"/></p:StatusCode></p:Status></p:LogoutResponse>`))
	require.NotNil(t, r)
	assert.Equal(t, "c", r.StatusCode.Attr("Value").Value())
	assert.Equal(t, "d", r.SecondCode.Attr("Value").Value())
}

func TestAnotherRootIsNoMessageOfTheKind(t *testing.T) {
	t.Parallel()
	for _, xml := range []string{`<Response/>`, `<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol"/>`, `<a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"/>`} {
		d := parseXML(t, xml)
		assert.Nil(t, ReadResponse(d))
		assert.Nil(t, ReadAuthnRequest(d))
		assert.Nil(t, ReadLogoutRequest(d))
		assert.Nil(t, ReadLogoutResponse(d))
	}
	assert.Nil(t, ReadResponse(nil))
	assert.NotNil(t, ReadAssertion(Element{}))
}

func BenchmarkReadResponse(b *testing.B) {
	d := parseXML(b, aResponse)
	b.ReportAllocs()
	for b.Loop() {
		ReadResponse(d)
	}
}

func BenchmarkParseTime(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ParseTime("2017-04-27T15:03:17.746Z")
	}
}
