package mockidp

import (
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// serveMetadata gives out the org's metadata, or that of the app where the address
// names one.
func (p *IDP) serveMetadata(w http.ResponseWriter, r *http.Request) {
	app := &p.half.ConnectedApp
	issuer, name := p.half.Origin(), p.half.IdentityProvider.Certificate.Value
	if file, ok := strings.CutPrefix(r.URL.Path, pathMetaDir); ok {
		apiName, ok := strings.CutSuffix(file, ".xml")
		if !ok || apiName != app.APIName.Value || !app.EnableSAML.Value {
			p.missing(w, r)
			return
		}
		issuer = p.issuer()
		if app.IDPCertificate.Value != "" {
			name = app.IDPCertificate.Value
		}
	}
	if !p.half.IdentityProvider.Enabled.Value {
		p.missing(w, r)
		return
	}
	cert, _, err := p.certificate(name)
	if err != nil {
		p.refused(w, nil, err, "")
		return
	}
	w.Header().Set("Content-Type", "application/xml;charset=UTF-8")
	if r.Method != http.MethodHead {
		_, _ = w.Write(p.metadata(issuer, cert))
	}
}

// metadata is the org's metadata in Salesforce's layout, valid for ten years.
func (p *IDP) metadata(issuer string, cert *x509.Certificate) []byte {
	endpoint := func(service, binding, path string) string {
		host := p.half.MyDomain.Value
		if p.opt.Quirks.EndpointHost != "" {
			host = p.opt.Quirks.EndpointHost
		}
		return "         <md:" + service + ` Binding="` + binding + `" Location="` + attr("https://"+host+path) + "\"/>\n"
	}
	logout := ""
	if p.logsOut() {
		logout = endpoint("SingleLogoutService", saml.BindingPOST, pathSLO) + endpoint("SingleLogoutService", saml.BindingRedirect, pathSLO)
	}
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>
  <md:EntityDescriptor xmlns:md="` + saml.NSMetadata + `" entityID="` + attr(issuer) + `" validUntil="` + instant(p.opt.Now().AddDate(10, 0, 0)) + `" xmlns:ds="` + saml.NSSignature + `">
      <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="` + saml.NSProtocol + `">
         <md:KeyDescriptor use="signing">
            <ds:KeyInfo>
               <ds:X509Data>
                  <ds:X509Certificate>` + base64.StdEncoding.EncodeToString(cert.Raw) + `</ds:X509Certificate>
               </ds:X509Data>
            </ds:KeyInfo>
         </md:KeyDescriptor>
` + logout + `         <md:NameIDFormat>` + saml.FormatUnspecified + `</md:NameIDFormat>
` + endpoint("SingleSignOnService", saml.BindingPOST, pathPost) + endpoint("SingleSignOnService", saml.BindingRedirect, pathRedirect) + `      </md:IDPSSODescriptor>
   </md:EntityDescriptor>
`)
}
