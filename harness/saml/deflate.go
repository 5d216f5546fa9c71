package saml

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
)

// Deflate compresses as HTTP-Redirect does (SAMLBind 3.4.4.1): raw DEFLATE (RFC 1951),
// without the header of zlib or gzip.
func Deflate(xml []byte) []byte {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.DefaultCompression)
	if err != nil {
		panic(err) // the level is valid
	}
	w.Write(xml) //nolint:errcheck // a buffer takes everything
	w.Close()
	return b.Bytes()
}

// What inflating may cost. A SAML message shrinks to a third or a tenth; white space
// to a hundredth at most.
const (
	inflateFloor = 64 << 10 // always allowed
	inflateRatio = 100      // octets out for one octet in, beyond the floor
	inflateMost  = 10 << 20
)

// ErrInflate is wrapped by errors that say a DEFLATE stream grows beyond its bounds.
var ErrInflate = errors.New("the DEFLATE stream grows beyond what is allowed")

// Inflate undoes Deflate. At most 10 MiB come out, and at most 64 KiB and a hundred times
// the input. The headers of zlib and gzip are recognised and passed over, and bytes
// after the end of the stream, or an end that is missing, are told as deviations.
func Inflate(data []byte) ([]byte, []Deviation, error) {
	out, devs, err := inflateRaw(data)
	if err == nil || errors.Is(err, ErrInflate) {
		return out, devs, err
	}
	if body, ok := zlibBody(data); ok {
		if out, _, err := inflateRaw(body); err == nil {
			return out, []Deviation{{DeviationDeflate, "the DEFLATE stream has the header of zlib (RFC 1950); HTTP-Redirect wants it raw (RFC 1951)"}}, nil
		} else if errors.Is(err, ErrInflate) {
			return nil, nil, err
		}
	}
	if body, ok := gzipBody(data); ok {
		if out, _, err := inflateRaw(body); err == nil {
			return out, []Deviation{{DeviationDeflate, "the message is a gzip file (RFC 1952); HTTP-Redirect wants raw DEFLATE (RFC 1951)"}}, nil
		} else if errors.Is(err, ErrInflate) {
			return nil, nil, err
		}
	}
	return nil, nil, err
}

// inflateRaw reads a raw stream within the bounds.
func inflateRaw(data []byte) ([]byte, []Deviation, error) {
	if len(data) == 0 {
		return nil, nil, errors.New("no DEFLATE stream: there is nothing in it")
	}
	most := min(inflateMost, inflateFloor+inflateRatio*len(data))
	in := bytes.NewReader(data)
	r := flate.NewReader(in)
	var b bytes.Buffer
	b.Grow(min(most, 8*len(data)) + bytes.MinRead)
	_, err := io.Copy(&b, io.LimitReader(r, int64(most)+1))
	if b.Len() > most {
		return nil, nil, fmt.Errorf("%w: more than %d octets from %d", ErrInflate, most, len(data))
	}
	var devs []Deviation
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) && looksLikeXML(b.Bytes()):
		devs = append(devs, Deviation{DeviationDeflate, "the DEFLATE stream has no end: it was cut short, or flushed and not closed"})
	case err != nil:
		return nil, nil, errors.New("no DEFLATE stream (RFC 1951)")
	case in.Len() > 0:
		devs = append(devs, Deviation{DeviationDeflate, fmt.Sprintf("%d bytes follow the end of the DEFLATE stream", in.Len())})
	}
	return b.Bytes(), devs, nil
}

// zlibBody is the stream inside a zlib wrapping, without the checksum.
func zlibBody(data []byte) ([]byte, bool) {
	if len(data) < 6 || data[0]&0x0f != 8 || (int(data[0])<<8|int(data[1]))%31 != 0 || data[1]&0x20 != 0 {
		return nil, false
	}
	return data[2:], true
}

// gzipBody is the stream inside a gzip member, with the trailer.
func gzipBody(data []byte) ([]byte, bool) {
	if len(data) < 18 || data[0] != 0x1f || data[1] != 0x8b || data[2] != 8 {
		return nil, false
	}
	flags, body := data[3], data[10:]
	if flags&4 != 0 {
		if len(body) < 2 {
			return nil, false
		}
		n := 2 + int(body[0]) + int(body[1])<<8
		if len(body) < n {
			return nil, false
		}
		body = body[n:]
	}
	for _, bit := range []byte{8, 16} { // a name, a comment
		if flags&bit != 0 {
			end := bytes.IndexByte(body, 0)
			if end < 0 {
				return nil, false
			}
			body = body[end+1:]
		}
	}
	if flags&2 != 0 {
		if len(body) < 2 {
			return nil, false
		}
		body = body[2:]
	}
	return body, true
}

// looksLikeXML tells whether the first character that is no white space is <, a byte
// order mark aside.
func looksLikeXML(b []byte) bool {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n")
	return len(b) > 0 && b[0] == '<'
}
