package harness

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/require"
)

// Where Debian puts the real parts.
const (
	simpleSAML = "/usr/share/simplesamlphp/www"
	modules    = "/usr/lib/apache2/modules/"
)

// The names of the real identity provider and the real service provider, which the tests
// lead to their ports. SimpleSAMLphp stands at the addresses of an org.
const (
	simpleHost = "simple.my.salesforce.com"
	mellonHost = "mellon.example"
	mellonACS  = "https://" + mellonHost + "/mellon/postResponse"
)

// peers are SimpleSAMLphp as an identity provider and mod_auth_mellon as a service
// provider of it and of a mock, behind TLS of a throw-away authority.
type peers struct {
	network *network
	pem     map[string][]byte // their certificates, by host
}

// realPeers starts both. idps is further metadata that the service provider takes.
func realPeers(t *testing.T, idps ...[]byte) *peers {
	t.Helper()
	for _, part := range []struct{ path, from string }{
		{"/usr/bin/php", "SimpleSAMLphp: apt-get install simplesamlphp php-cli php-xml"},
		{simpleSAML, "SimpleSAMLphp: apt-get install simplesamlphp php-cli php-xml"},
		{"/usr/sbin/apache2", "Apache with mod_auth_mellon: apt-get install apache2 libapache2-mod-auth-mellon"},
		{modules + "mod_auth_mellon.so", "Apache with mod_auth_mellon: apt-get install apache2 libapache2-mod-auth-mellon"},
	} {
		if _, err := os.Stat(part.path); err != nil {
			if os.Getenv("SAMLPROOF_CI") != "" {
				t.Fatalf("this test needs %s", part.from)
			}
			t.Skipf("this test needs %s", part.from)
		}
	}
	dir, err := os.MkdirTemp("", "samlproof-peers-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755)) // Apache reads it as another user
	p := &peers{pem: map[string][]byte{}}
	w := &workshop{t: t, dir: dir}

	simpleKey, simplePEM := w.key(simpleHost, 0)
	mellonKey, mellonPEM := w.key(mellonHost, 1)
	p.pem[simpleHost], p.pem[mellonHost] = simplePEM, mellonPEM
	sp := w.file("sp.xml", `<EntityDescriptor entityID="`+mellonACS+`/metadata" xmlns="`+saml.NSMetadata+`"><SPSSODescriptor AuthnRequestsSigned="true" protocolSupportEnumeration="`+saml.NSProtocol+`">`+
		`<KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="`+saml.NSSignature+`"><ds:X509Data><ds:X509Certificate>`+unwrapped(t, mellonPEM)+`</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>`+
		`<NameIDFormat>`+saml.FormatUnspecified+`</NameIDFormat><AssertionConsumerService index="0" isDefault="true" Binding="`+saml.BindingPOST+`" Location="`+mellonACS+`"/></SPSSODescriptor></EntityDescriptor>`)

	php := w.simpleSAMLphp(simpleKey, sp)
	hosts := map[string]http.Handler{simpleHost: leading(php, func(path string) string {
		switch {
		case strings.HasPrefix(path, "/.well-known/samlidp"):
			return "/simplesaml/saml2/idp/metadata.php"
		case strings.HasPrefix(path, "/idp/endpoint/"):
			return "/simplesaml/saml2/idp/SSOService.php"
		}
		return path
	})}
	own := &recorder{header: http.Header{}, status: http.StatusOK}
	require.Eventually(t, func() bool {
		own.body.Reset()
		r, _ := http.NewRequest(http.MethodGet, "https://"+simpleHost+"/.well-known/samlidp.xml", nil)
		hosts[simpleHost].ServeHTTP(own, r)
		return bytes.Contains(own.body.Bytes(), []byte("IDPSSODescriptor"))
	}, 20*time.Second, 50*time.Millisecond, "SimpleSAMLphp gives no metadata: %s", own.body.Bytes())
	idps = append([][]byte{own.body.Bytes()}, idps...)
	hosts[mellonHost] = leading(w.mellon(mellonKey, sp, idps), func(path string) string { return path })
	p.network, err = listen(hosts, time.Now)
	require.NoError(t, err)
	t.Cleanup(p.network.close)
	return p
}

// leading leads a host to its port, under its own name.
func leading(port int, path func(string) string) http.Handler {
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", port)})
		r.Out.Host = r.In.Host
		r.Out.URL.Path = path(r.In.URL.Path)
	}, ErrorLog: quiet}
}

// A workshop writes files and starts programs, and stops them at the end of the test.
type workshop struct {
	t   *testing.T
	dir string
}

// file writes a file, and is its path.
func (w *workshop) file(name, text string) string {
	path := filepath.Join(w.dir, name)
	require.NoError(w.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(w.t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

// key writes the n-th RSA key of the pool with a certificate, as NAME.key and NAME.crt;
// it is the path without its ending, and the certificate.
func (w *workshop) key(name string, n int) (path string, certificate []byte) {
	signer, err := keys.For(keys.RSA, 2048)[n].Signer()
	require.NoError(w.t, err)
	certificate, err = keys.SelfSigned(keys.Certificate{
		Label: name, OrganizationID: "00D0A0000000Acm", Serial: big.NewInt(int64(n) + 1),
		NotBefore: time.Now().Add(-time.Hour).Truncate(time.Second), NotAfter: time.Now().AddDate(1, 0, 0).Truncate(time.Second),
	}, signer)
	require.NoError(w.t, err)
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(signer.(*rsa.PrivateKey))})
	w.file(name+".crt", string(certificate))
	return strings.TrimSuffix(w.file(name+".key", string(private)), ".key"), certificate
}

// port is a free port of loopback.
func (w *workshop) port() int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(w.t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// start runs a program until the end of the test, and waits until it listens.
func (w *workshop) start(port int, environment []string, program string, args ...string) {
	var out bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = append(os.Environ(), environment...), w.dir, &out, &out
	require.NoError(w.t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	w.t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
	})
	require.Eventually(w.t, func() bool {
		select {
		case err := <-ended:
			ended <- err
			w.t.Errorf("%s ended: %v: %s", program, err, &out)
			return true
		default:
		}
		conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
		if err != nil {
			return false
		}
		conn.Close()
		return true
	}, 20*time.Second, 20*time.Millisecond, program)
	require.False(w.t, w.t.Failed())
}

// simpleSAMLphp starts it as an identity provider, and is its port.
func (w *workshop) simpleSAMLphp(key, sp string) int {
	port, origin := w.port(), "https://"+simpleHost
	for _, folder := range []string{"simple/metadata", "simple/log", "simple/tmp", "simple/sessions", "simple/root"} {
		require.NoError(w.t, os.MkdirAll(filepath.Join(w.dir, folder), 0o755))
	}
	in := func(name string) string { return filepath.Join(w.dir, "simple", name) }
	require.NoError(w.t, os.Symlink(simpleSAML, in("root/simplesaml")))
	w.file("simple/config/config.php", `<?php $config = ['baseurlpath' => '`+origin+`/simplesaml/', 'certdir' => '`+w.dir+`/', 'loggingdir' => '`+in("log")+`/', 'datadir' => '`+in("")+`/', 'tempdir' => '`+in("tmp")+`',
 'secretsalt' => 'of a test', 'auth.adminpassword' => 'of a test', 'timezone' => 'UTC', 'technicalcontact_email' => 'na@example.org', 'logging.level' => 4, 'logging.handler' => 'file', 'errorreporting' => false,
 'enable.saml20-idp' => true, 'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true], 'session.cookie.secure' => true, 'session.cookie.samesite' => 'None', 'session.phpsession.savepath' => '`+in("sessions")+`',
 'language.available' => ['en'], 'language.default' => 'en', 'store.type' => 'phpsession', 'metadata.sources' => [['type' => 'flatfile', 'directory' => '`+in("metadata")+`'], ['type' => 'xml', 'file' => '`+sp+`']]];`)
	w.file("simple/config/authsources.php", `<?php $config = ['users' => ['exampleauth:UserPass', 'ada:secret' => ['uid' => ['ada@acme.example']]]];`)
	w.file("simple/metadata/saml20-idp-hosted.php", `<?php $metadata['`+origin+`'] = ['host' => '__DEFAULT__', 'privatekey' => '`+filepath.Base(key)+`.key', 'certificate' => '`+filepath.Base(key)+`.crt', 'auth' => 'users',
 'SingleSignOnService' => '`+origin+`/idp/endpoint/HttpRedirect', 'validate.authnrequest' => true];`)
	prepend := w.file("simple/prepend.php", `<?php $_SERVER['HTTPS'] = 'on'; $_SERVER['SERVER_PORT'] = '443';`)
	w.start(port, []string{"SIMPLESAMLPHP_CONFIG_DIR=" + in("config")}, "/usr/bin/php", "-d", "error_reporting=0", "-d", "display_errors=0", "-d", "auto_prepend_file="+prepend,
		"-S", fmt.Sprintf("127.0.0.1:%d", port), "-t", in("root"))
	return port
}

// mellon starts Apache with mod_auth_mellon, and is its port.
func (w *workshop) mellon(key, sp string, idps [][]byte) int {
	port := w.port()
	for _, folder := range []string{"mellon/post", "mellon/run"} {
		path := filepath.Join(w.dir, folder)
		require.NoError(w.t, os.MkdirAll(path, 0o755))
		require.NoError(w.t, os.Chmod(path, 0o777))
	}
	in := func(name string) string { return filepath.Join(w.dir, "mellon", name) }
	w.file("mellon/www/secure/index.html", "<title>Inside</title>")
	var conf strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&conf, format+"\n", args...) }
	line("ServerRoot /etc/apache2\nServerName https://%s:443\nUseCanonicalName On\nListen 127.0.0.1:%d", mellonHost, port)
	line("PidFile %s\nDefaultRuntimeDir %s\nMutex file:%s default\nErrorLog %s", in("run/pid"), in("run"), in("run"), in("error.log"))
	if os.Geteuid() == 0 {
		line("User www-data\nGroup www-data")
	}
	for name, file := range map[string]string{"mpm_event": "mpm_event", "authn_core": "authn_core", "authz_core": "authz_core", "authz_user": "authz_user", "dir": "dir", "mime": "mime", "auth_mellon": "auth_mellon"} {
		line("LoadModule %s_module %smod_%s.so", name, modules, file)
	}
	line("TypesConfig /etc/mime.types\nDocumentRoot %s\nDirectoryIndex index.html\nStartServers 1\nMellonPostDirectory %s", in("www"), in("post"))
	line("<Location />\nRequire all granted\nMellonEnable info\nMellonEndpointPath /mellon\nMellonSPMetadataFile %s\nMellonSPPrivateKeyFile %s.key\nMellonSPCertFile %s.crt\nMellonCookieSameSite None\nMellonSecureCookie On", sp, key, key)
	for i, metadata := range idps {
		line("MellonIdPMetadataFile %s", w.file(fmt.Sprintf("mellon/idp-%d.xml", i), string(metadata)))
	}
	line("</Location>\n<Location /secure>\nAuthType Mellon\nMellonEnable auth\nRequire valid-user\n</Location>")
	w.start(port, nil, "/usr/sbin/apache2", "-f", w.file("mellon/httpd.conf", conf.String()), "-DFOREGROUND")
	return port
}

// unwrapped is a certificate in base64, without its first and last line.
func unwrapped(t *testing.T, certificate []byte) string {
	t.Helper()
	block, _ := pem.Decode(certificate)
	require.NotNil(t, block)
	return base64.StdEncoding.EncodeToString(block.Bytes)
}
