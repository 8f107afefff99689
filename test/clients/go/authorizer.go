package main

// SharedKey for the Batch service: the SDK leaves signing to the caller, and its own shared key is that of Storage.

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"time"

	"github.com/Azure/go-autorest/autorest"
)

type sharedKey struct {
	account string
	key     []byte
}

func newSharedKey(account, key string) (*sharedKey, error) {
	decoded, err := base64.StdEncoding.DecodeString(key)
	return &sharedKey{account, decoded}, err
}

// WithAuthorization signs a request when all its other headers are there.
func (credentials *sharedKey) WithAuthorization() autorest.PrepareDecorator {
	return func(inner autorest.Preparer) autorest.Preparer {
		return autorest.PreparerFunc(func(request *http.Request) (*http.Request, error) {
			request, err := inner.Prepare(request)
			if err != nil {
				return request, err
			}
			request.Header.Set("ocp-date", time.Now().UTC().Format(http.TimeFormat))
			mac := hmac.New(sha256.New, credentials.key)
			mac.Write([]byte(credentials.textToSign(request)))
			signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))
			request.Header.Set("Authorization", fmt.Sprintf("SharedKey %s:%s", credentials.account, signature))
			return request, nil
		})
	}
}

func (credentials *sharedKey) textToSign(request *http.Request) string {
	header := request.Header
	lines := []string{
		request.Method,
		header.Get("Content-Encoding"),
		header.Get("Content-Language"),
		contentLength(request),
		header.Get("Content-MD5"),
		header.Get("Content-Type"),
		header.Get("Date"),
		header.Get("If-Modified-Since"),
		header.Get("If-Match"),
		header.Get("If-None-Match"),
		header.Get("If-Unmodified-Since"),
		header.Get("Range"),
	}
	lines = append(lines, ocpHeaders(header)...)
	lines = append(lines, "/"+credentials.account+request.URL.EscapedPath())
	return strings.Join(append(lines, queryLines(request.URL.Query())...), "\n")
}

// contentLength is what Go's transport will send: a zero for a POST without a body, nothing for a GET or DELETE.
func contentLength(request *http.Request) string {
	switch {
	case request.ContentLength > 0:
		return fmt.Sprint(request.ContentLength)
	case request.Method == http.MethodPost || request.Method == http.MethodPut || request.Method == http.MethodPatch:
		return "0"
	}
	return ""
}

func ocpHeaders(header http.Header) []string {
	var lines []string
	for name, values := range header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "ocp-") {
			lines = append(lines, lower+":"+strings.Join(values, ","))
		}
	}
	sort.Strings(lines)
	return lines
}

// queryLines keeps the names as they are: `$skipToken` of a next link has a capital.
func queryLines(query url.Values) []string {
	var lines []string
	for name, values := range query {
		lines = append(lines, name+":"+values[0])
	}
	sort.Strings(lines)
	return lines
}
