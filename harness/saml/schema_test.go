package saml

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const schemaGood = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema" ID="_r" Version="2.0" IssueInstant="2026-11-23T09:00:00Z" Destination="https://sp.example/acs" InResponseTo="_q"><saml:Issuer>https://idp.example</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion ID="_a" Version="2.0" IssueInstant="2026-11-23T09:00:00.000Z"><saml:Issuer>https://idp.example</saml:Issuer><saml:Subject><saml:NameID>ada</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="2026-11-23T09:05:00Z" Recipient="https://sp.example/acs" InResponseTo="_q"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="2026-11-23T08:59:30Z" NotOnOrAfter="2026-11-23T09:05:00Z"><saml:AudienceRestriction><saml:Audience>https://sp.example</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="2026-11-23T09:00:00Z"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue xsi:type="xs:string">ada@example.com</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`

const metadataGood = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/sso"/></md:IDPSSODescriptor><md:Organization><md:OrganizationName xml:lang="en">A</md:OrganizationName><md:OrganizationDisplayName xml:lang="en">A</md:OrganizationDisplayName><md:OrganizationURL xml:lang="en">https://a.example</md:OrganizationURL></md:Organization></md:EntityDescriptor>`

// schemaCases are documents that differ from a good one in one place; kind is "" where
// the schemas do not mind.
var schemaCases = []struct {
	name, good, old, new string
	kind                 SchemaKind
}{
	{"as it is", schemaGood, "", "", ""},
	{"no ID", schemaGood, ` ID="_r"`, ``, SchemaMissing},
	{"an ID that begins with a digit", schemaGood, `ID="_r"`, `ID="1r"`, SchemaValue},
	{"white space around an ID", schemaGood, `ID="_r"`, `ID=" _r "`, ""},
	{"no Version", schemaGood, ` Version="2.0" IssueInstant="2026-11-23T09:00:00Z" Dest`, ` IssueInstant="2026-11-23T09:00:00Z" Dest`, SchemaMissing},
	{"another Version", schemaGood, `Version="2.0"`, `Version="1.1"`, ""},
	{"InResponseTo no NCName", schemaGood, `InResponseTo="_q"><saml:Issuer`, `InResponseTo="4982"><saml:Issuer`, SchemaValue},
	{"an unknown attribute", schemaGood, `ID="_r"`, `ID="_r" foo="1"`, SchemaAttribute},
	{"a foreign attribute", schemaGood, `ID="_r"`, `ID="_r" xmlns:x="urn:x" x:foo="1"`, SchemaAttribute},
	{"xsi:schemaLocation", schemaGood, `ID="_r"`, `ID="_r" xsi:schemaLocation="urn:x x.xsd"`, ""},
	{"Status after Assertion", schemaGood, `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>`, ``, SchemaElement},
	{"two Issuers", schemaGood, `<samlp:Status>`, `<saml:Issuer>x</saml:Issuer><samlp:Status>`, SchemaElement},
	{"an element of another namespace", schemaGood, `<samlp:Status>`, `<x:a xmlns:x="urn:x"/><samlp:Status>`, SchemaElement},
	{"Extensions", schemaGood, `<samlp:Status>`, `<samlp:Extensions><x:a xmlns:x="urn:x" b="c">d<e/></x:a></samlp:Extensions><samlp:Status>`, ""},
	{"empty Extensions", schemaGood, `<samlp:Status>`, `<samlp:Extensions/><samlp:Status>`, SchemaMissing},
	{"SAML in Extensions", schemaGood, `<samlp:Status>`, `<samlp:Extensions><samlp:Status/></samlp:Extensions><samlp:Status>`, SchemaElement},
	{"an assertion without an ID in Extensions", schemaGood, `<samlp:Status>`, `<samlp:Extensions><saml:Assertion Version="2.0" IssueInstant="2026-11-23T09:00:00Z"><saml:Issuer>i</saml:Issuer></saml:Assertion></samlp:Extensions><samlp:Status>`, SchemaMissing},
	{"text between elements", schemaGood, `<samlp:Status>`, `hello<samlp:Status>`, SchemaContent},
	{"white space between elements", schemaGood, `<samlp:Status>`, "\n  <samlp:Status>\n", ""},
	{"comment between elements", schemaGood, `<samlp:Status>`, "<!-- x --><samlp:Status>", ""},
	{"an element in NameID", schemaGood, `>ada<`, `>a<b/>da<`, SchemaContent},
	{"no SubjectConfirmation Method", schemaGood, ` Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"`, ``, SchemaMissing},
	{"a time without a zone", schemaGood, `2026-11-23T08:59:30Z`, `2026-11-23T08:59:30`, ""},
	{"a time with an offset", schemaGood, `2026-11-23T08:59:30Z`, `2026-11-23T08:59:30+02:00`, ""},
	{"a time of the 31st of November", schemaGood, `2026-11-23T08:59:30Z`, `2026-11-31T08:59:30Z`, SchemaValue},
	{"a leap second", schemaGood, `2026-11-23T08:59:30Z`, `2026-11-23T08:59:60Z`, SchemaValue},
	{"24:00:00", schemaGood, `2026-11-23T08:59:30Z`, `2026-11-23T24:00:00Z`, ""},
	{"a lower-case z", schemaGood, `2026-11-23T08:59:30Z`, `2026-11-23T08:59:30z`, SchemaValue},
	{"AudienceRestriction without Audience", schemaGood, `<saml:Audience>https://sp.example</saml:Audience>`, ``, SchemaMissing},
	{"an empty Audience", schemaGood, `<saml:Audience>https://sp.example</saml:Audience>`, `<saml:Audience/>`, ""},
	{"two audiences", schemaGood, `<saml:Audience>https://sp.example</saml:Audience>`, `<saml:Audience>a</saml:Audience><saml:Audience>b</saml:Audience>`, ""},
	{"a Condition without xsi:type", schemaGood, `<saml:AudienceRestriction>`, `<saml:Condition/><saml:AudienceRestriction>`, SchemaType},
	{"a Condition of an unknown type", schemaGood, `<saml:AudienceRestriction>`, `<saml:Condition xmlns:x="urn:x" xsi:type="x:y"/><saml:AudienceRestriction>`, SchemaForeign},
	{"a value of an unknown type", schemaGood, `<saml:AttributeValue xsi:type="xs:string">`, `<saml:AttributeValue xmlns:x="urn:x" xsi:type="x:y">`, SchemaForeign},
	{"a type without a namespace", schemaGood, `xs:string`, `string`, SchemaType},
	{"a Condition of a known type", schemaGood, `<saml:AudienceRestriction>`, `<saml:Condition xsi:type="saml:OneTimeUseType"/><saml:AudienceRestriction>`, ""},
	{"a type that is not derived", schemaGood, `<saml:Conditions `, `<saml:Conditions xsi:type="saml:SubjectType" `, SchemaType},
	{"OneTimeUse twice", schemaGood, `<saml:AudienceRestriction>`, `<saml:OneTimeUse/><saml:OneTimeUse/><saml:AudienceRestriction>`, ""},
	{"no AuthnContext", schemaGood, `<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>`, ``, SchemaMissing},
	{"an empty AttributeStatement", schemaGood, `<saml:Attribute Name="email"><saml:AttributeValue xsi:type="xs:string">ada@example.com</saml:AttributeValue></saml:Attribute>`, ``, SchemaMissing},
	{"an Attribute without values", schemaGood, `<saml:AttributeValue xsi:type="xs:string">ada@example.com</saml:AttributeValue>`, ``, ""},
	{"an Attribute without Name", schemaGood, ` Name="email"`, ``, SchemaMissing},
	{"an undeclared prefix in xsi:type", schemaGood, `xs:string`, `xq:string`, SchemaType},
	{"an unknown built-in type", schemaGood, `xs:string`, `xs:strong`, SchemaType},
	{"xs:anyType with markup", schemaGood, `"xs:string">ada@example.com`, `"xs:anyType">a<b c="d"/>`, ""},
	{"xs:string with markup", schemaGood, `ada@example.com`, `a<b/>`, SchemaContent},
	{"xs:integer", schemaGood, `"xs:string">ada@example.com`, `"xs:integer">42`, ""},
	{"xs:integer of letters", schemaGood, `"xs:string">ada@example.com`, `"xs:integer">x`, SchemaValue},
	{"xs:boolean", schemaGood, `"xs:string">ada@example.com`, `"xs:boolean">true`, ""},
	{"xs:dateTime", schemaGood, `"xs:string">ada@example.com`, `"xs:dateTime">2026-11-23T09:00:00Z`, ""},
	{"xs:gYear", schemaGood, `"xs:string">ada@example.com`, `"xs:gYear">1815`, ""},
	{"xs:gYear of letters", schemaGood, `"xs:string">ada@example.com`, `"xs:gYear">MDCC`, SchemaValue},
	{"xs:gYear with a month", schemaGood, `"xs:string">ada@example.com`, `"xs:gYear">1815-12`, SchemaValue},
	{"xs:gYearMonth with a zone", schemaGood, `"xs:string">ada@example.com`, `"xs:gYearMonth">1815-12+01:00`, ""},
	{"xs:gYearMonth without a month", schemaGood, `"xs:string">ada@example.com`, `"xs:gYearMonth">1815`, SchemaValue},
	{"xs:gMonthDay", schemaGood, `"xs:string">ada@example.com`, `"xs:gMonthDay">--02-29Z`, ""},
	{"xs:gMonthDay that no year has", schemaGood, `"xs:string">ada@example.com`, `"xs:gMonthDay">--02-30`, SchemaValue},
	{"xs:gDay", schemaGood, `"xs:string">ada@example.com`, `"xs:gDay">---31`, ""},
	{"xs:gDay without its hyphens", schemaGood, `"xs:string">ada@example.com`, `"xs:gDay">31`, SchemaValue},
	{"xs:gMonth", schemaGood, `"xs:string">ada@example.com`, `"xs:gMonth">--12`, ""},
	{"xs:gMonth with a day", schemaGood, `"xs:string">ada@example.com`, `"xs:gMonth">--12-10`, SchemaValue},
	{"xs:NMTOKENS", schemaGood, `"xs:string">ada@example.com`, `"xs:NMTOKENS"> 1st 2nd `, ""},
	{"xs:NMTOKENS without any", schemaGood, `"xs:string">ada@example.com`, `"xs:NMTOKENS"> `, SchemaValue},
	{"xs:IDREFS", schemaGood, `"xs:string">ada@example.com`, `"xs:IDREFS">_r _a`, ""},
	{"xs:IDREFS that cannot be", schemaGood, `"xs:string">ada@example.com`, `"xs:IDREFS">_r 1`, SchemaValue},
	{"xs:IDREF", schemaGood, `"xs:string">ada@example.com`, `"xs:IDREF">_r`, ""},
	{"an attribute on xs:string", schemaGood, `<saml:AttributeValue xsi:type="xs:string">`, `<saml:AttributeValue a="b" xsi:type="xs:string">`, SchemaAttribute},
	{"Encoding of X.500 on xs:string", schemaGood, `<saml:AttributeValue xsi:type="xs:string">`, `<saml:AttributeValue xmlns:x500="urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500" x500:Encoding="LDAP" xsi:type="xs:string">`, SchemaWithdrawn},
	{"Encoding of X.500 on an Attribute", schemaGood, `<saml:Attribute `, `<saml:Attribute xmlns:x500="urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500" x500:Encoding="LDAP" `, ""},
	{"Encoding of X.500 on a NameID", schemaGood, `<saml:NameID>`, `<saml:NameID xmlns:x500="urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500" x500:Encoding="LDAP">`, SchemaAttribute},
	{"no type and anything in it", schemaGood, `<saml:AttributeValue xsi:type="xs:string">`, `<saml:AttributeValue a="b"><q/>`, ""},
	{"a nil value", schemaGood, `<saml:AttributeValue xsi:type="xs:string">ada@example.com`, `<saml:AttributeValue xsi:nil="true">`, ""},
	{"a nil value that is not empty", schemaGood, `<saml:AttributeValue xsi:type="xs:string">`, `<saml:AttributeValue xsi:nil="true">`, SchemaContent},
	{"xsi:nil where nothing can be nil", schemaGood, `<saml:NameID>`, `<saml:NameID xsi:nil="false">`, SchemaType},
	{"an assertion inside another", schemaGood, `<saml:Subject>`, `<saml:Assertion/><saml:Subject>`, SchemaElement},
	{"Consent no URI", schemaGood, `Destination="https://sp.example/acs"`, `Consent="http://[::1"`, SchemaValue},
	{"a URI with a space", schemaGood, `Destination="https://sp.example/acs"`, `Destination="https://sp.example/a b"`, ""},
	{"a URI with half an escape", schemaGood, `Destination="https://sp.example/acs"`, `Destination="https://sp.example/%z"`, SchemaValue},
	{"an assertion as root", schemaGood, `samlp:Response`, `samlp:Respond`, SchemaRoot},
	{"a case variant", schemaGood, `saml:NameID`, `saml:nameID`, SchemaElement},
	{"a signature without SignedInfo", schemaGood, `<samlp:Status>`, `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><samlp:Status>`, SchemaMissing},

	{"metadata as it is", metadataGood, "", "", ""},
	{"no entityID", metadataGood, ` entityID="https://idp.example"`, ``, SchemaMissing},
	{"a long entityID", metadataGood, `entityID="https://idp.example"`, `entityID="https://idp.example/` + strings.Repeat("a", 1024) + `"`, SchemaValue},
	{"another use", metadataGood, `use="signing"`, `use="sign"`, SchemaValue},
	{"an empty KeyInfo", metadataGood, `<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>`, ``, SchemaMissing},
	{"a certificate that is no base64", metadataGood, `AAAA`, `AAA`, SchemaValue},
	{"a certificate with its BEGIN line", metadataGood, `AAAA`, `-----BEGIN CERTIFICATE-----AAAA`, SchemaValue},
	{"NameIDFormat after SingleSignOnService", metadataGood, `<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/sso"/>`,
		`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/sso"/><md:NameIDFormat>urn:x</md:NameIDFormat>`, SchemaElement},
	{"cacheDuration", metadataGood, `entityID=`, `cacheDuration="P1DT12H" entityID=`, ""},
	{"a malformed cacheDuration", metadataGood, `entityID=`, `cacheDuration="1 day" entityID=`, SchemaValue},
	{"no xml:lang", metadataGood, `<md:OrganizationURL xml:lang="en">`, `<md:OrganizationURL>`, SchemaMissing},
	{"WantAuthnRequestsSigned 1", metadataGood, `<md:IDPSSODescriptor `, `<md:IDPSSODescriptor WantAuthnRequestsSigned="1" `, ""},
	{"WantAuthnRequestsSigned yes", metadataGood, `<md:IDPSSODescriptor `, `<md:IDPSSODescriptor WantAuthnRequestsSigned="yes" `, SchemaValue},
}

func TestValidateSchema(t *testing.T) {
	for _, c := range schemaCases {
		t.Run(c.name, func(t *testing.T) {
			doc, err := Parse([]byte(spoiled(t, c.good, c.old, c.new)), Limits{})
			require.NoError(t, err)
			faults := ValidateSchema(doc)
			if c.kind == "" {
				assert.Empty(t, faults)
				return
			}
			require.Len(t, faults, 1)
			assert.Equal(t, c.kind, faults[0].Kind, "%+v", faults[0])
			assert.NotEmpty(t, faults[0].Text)
			assert.NotZero(t, faults[0].At.Line)
		})
	}
}

// spoiled has the first place of old replaced, and both tags where old is an element's
// name.
func spoiled(t testing.TB, good, old, new string) string {
	t.Helper()
	if old == "" {
		return good
	}
	require.Contains(t, good, old)
	if strings.Contains(good, "</"+old+">") {
		return strings.ReplaceAll(good, old, new)
	}
	return strings.Replace(good, old, new, 1)
}

// xmllintDiffers are the cases in which libxml2 has another verdict, with the reason.
var xmllintDiffers = map[string]string{
	"a certificate with its BEGIN line": "libxml2 passes over characters that base64 does not know",
	"xs:NMTOKENS without any":           "libxml2 takes a list of none",
}

// The OASIS schemas, as xmllint applies them, have the same verdict on every case.
func TestSchemaAgreesWithXmllint(t *testing.T) {
	lint := xmllintSchemas(t)
	for _, c := range schemaCases {
		schema := "saml-schema-protocol-2.0.xsd"
		if c.good == metadataGood {
			schema = "saml-schema-metadata-2.0.xsd"
		}
		file := filepath.Join(t.TempDir(), "message.xml")
		require.NoError(t, os.WriteFile(file, []byte(spoiled(t, c.good, c.old, c.new)), 0o600))
		valid, said := lint(schema, file)
		if why := xmllintDiffers[c.name]; why != "" {
			assert.NotEqual(t, c.kind == "", valid, "%s: xmllint agrees now, although %s", c.name, why)
			continue
		}
		assert.Equal(t, c.kind == "", valid, "%s: xmllint says\n%s", c.name, said)
	}
}

// xmllintSchemas is xmllint over the OASIS schemas of Debian's opensaml-schemas.
func xmllintSchemas(t *testing.T) func(schema, file string) (valid bool, said string) {
	t.Helper()
	const folder, tooling = "/usr/share/xml/opensaml/", "/usr/share/xml/xmltooling/"
	tool, err := exec.LookPath("xmllint")
	if _, missing := os.Stat(folder + "saml-schema-protocol-2.0.xsd"); err != nil || missing != nil {
		lacking(t, "xmllint and the OASIS schemas: apt-get install libxml2-utils opensaml-schemas xmltooling-schemas")
	}
	catalog := filepath.Join(t.TempDir(), "catalog.xml")
	require.NoError(t, os.WriteFile(catalog, []byte(`<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
<system systemId="http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd" uri="file://`+tooling+`xmldsig-core-schema.xsd"/>
<system systemId="http://www.w3.org/TR/2002/REC-xmlenc-core-20021210/xenc-schema.xsd" uri="file://`+tooling+`xenc-schema.xsd"/>
<system systemId="http://www.w3.org/2001/xml.xsd" uri="file://`+tooling+`xml.xsd"/>
</catalog>`), 0o600))
	return func(schema, file string) (bool, string) {
		cmd := exec.Command(tool, "--noout", "--nonet", "--schema", folder+schema, file)
		cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+catalog)
		out, err := cmd.CombinedOutput()
		return err == nil, string(out)
	}
}

// lacking skips a test that needs something this machine does not have, or fails it
// where everything must be there.
func lacking(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("SAMLPROOF_CI") != "" {
		t.Fatalf("this test needs %s", what)
	}
	t.Skipf("this test needs %s", what)
}

func BenchmarkValidateSchema(b *testing.B) {
	doc, err := Parse([]byte(schemaGood), Limits{})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if faults := ValidateSchema(doc); len(faults) > 0 {
			b.Fatal(faults)
		}
	}
}
