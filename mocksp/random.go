package mocksp

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
)

// A source hands out random ids. It serves several goroutines from one reader.
type source struct {
	mu     sync.Mutex
	reader io.Reader
}

// bytes are n random bytes. Where the reader fails they come from crypto/rand: an id
// that can be guessed is worse than a run that cannot be repeated.
func (s *source) bytes(n int) []byte {
	b := make([]byte, n)
	s.mu.Lock()
	_, err := io.ReadFull(s.reader, b)
	s.mu.Unlock()
	if err != nil {
		rand.Read(b)
	}
	return b
}

// Read fills b, for those who take a reader. It does not fail.
func (s *source) Read(b []byte) (int, error) { return copy(b, s.bytes(len(b))), nil }

// hex is n random bytes in lower-case hexadecimal.
func (s *source) hex(n int) string { return hex.EncodeToString(s.bytes(n)) }

const tokenLength = 32

// token is an opaque value of tokenLength characters that need no escaping in a URL.
func (s *source) token() string { return base64.RawURLEncoding.EncodeToString(s.bytes(24)) }

// uuid is a random UUID (RFC 9562, version 4).
func (s *source) uuid() string {
	b := s.bytes(16)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
