package mocksp

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// Twilio's own hosts.
const (
	flexHost     = "flex.twilio.com"
	loginHost    = "login.flex.us1.twilio.com"
	iamHost      = "iam.twilio.com"
	previewHost  = "preview.twilio.com"
	servicesHost = "services.twilio.com"
)

// Addresses of enhanced SSO.
const (
	authorizePath   = "/v1/Flex/Authorize"
	callbackPath    = "/v1/Flex/Authentication/Callback"
	configPath      = "/v1/Flex/Authentication/Config"
	connectPath     = "/authorize"
	resumePath      = "/authorize/resume"
	callbackAddress = "https://" + servicesHost + callbackPath
)

// An address is a host and a path, without query.
type address struct{ host, path string }

// url is the address as a browser has it.
func (a address) url(query url.Values) string {
	s := "https://" + a.host + a.path
	if len(query) > 0 {
		s += "?" + query.Encode()
	}
	return s
}

// addressOf is the address of a URL; the zero address where a browser cannot be sent
// there.
func addressOf(s string) address {
	u, err := webURL(s)
	if err != nil {
		return address{}
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return address{hostOf(u.Host), path}
}

// hostOf is the host of a Host header, without its port and in lower case.
func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		hostport = host
	}
	return strings.ToLower(hostport)
}

// A site is the addresses of one half.
type site struct {
	home     address // the login link
	link     string  // the login link as typed
	desktop  address // where the start URL of the documented procedure leads
	acs      address
	acsQuery string
	start    address // of legacy SSO: beside the ACS
	logout   address // where messages of Single Logout are taken; zero for nowhere
	clientID string
	hosts    []string // sorted
}

func newSite(half *settings.Flex) *site {
	s := &site{
		link: half.LoginLink.Value, home: addressOf(half.LoginLink.Value), acs: addressOf(half.ACSURL()),
		desktop: address{flexHost, "/agent-desktop"}, logout: addressOf(half.ServiceProvider.SingleLogoutURL.Value),
	}
	if s.home == (address{}) {
		s.home, s.link = s.desktop, s.desktop.url(nil)
	}
	if u, err := webURL(half.ACSURL()); err == nil {
		s.acsQuery = u.RawQuery
	}
	if i := strings.LastIndexByte(s.acs.path, '/'); i >= 0 {
		s.start = address{s.acs.host, s.acs.path[:i] + "/authenticate"}
	}
	s.hosts = []string{flexHost, loginHost, iamHost, previewHost, servicesHost}
	for _, host := range []string{s.home.host, s.acs.host, s.logout.host} {
		if host != "" {
			s.hosts = append(s.hosts, host)
		}
	}
	slices.Sort(s.hosts)
	s.hosts = slices.Compact(s.hosts)
	sum := sha256.Sum256([]byte(half.ConnectionSID.Value))
	s.clientID = hex.EncodeToString(sum[:16])
	return s
}

// under is an address below the login link.
func (s *site) under(name string) address {
	return address{s.home.host, strings.TrimSuffix(s.home.path, "/") + "/" + name}
}

func (s *site) has(host string) bool { return slices.Contains(s.hosts, host) }

// isHome tells the login link with or without a slash at its end.
func (s *site) isHome(a address) bool {
	return a == s.home || a.host == s.home.host && strings.TrimSuffix(a.path, "/") == strings.TrimSuffix(s.home.path, "/")
}
