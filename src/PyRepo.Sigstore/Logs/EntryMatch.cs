using System.Security.Cryptography;
using PyRepo.Sigstore.Bundles;
using PyRepo.Sigstore.Statements;

namespace PyRepo.Sigstore.Logs;

/// <summary>Checks that an entry of a log is about this very signature.</summary>
static class EntryMatch
{
    /// <summary>Checks content, signature and signer.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="content">The signed content.</param>
    /// <param name="sha256">The SHA-256 of the file.</param>
    /// <param name="signer">The certificate or key, as DER.</param>
    /// <param name="checks">The checks.</param>
    /// <exception cref="VerificationException">It is about another.</exception>
    public static void Verify(
        LogEntry entry, SignedContent content, ReadOnlySpan<byte> sha256, ReadOnlySpan<byte> signer,
        VerificationChecks checks)
    {
        var body = VerificationChecks.Require(
            VerificationStep.EntryKind, EntryBody.Parse(entry),
            $"the log entry is of the unknown kind {Quoted.From($"{entry.Kind} {entry.Version}")}");
        checks.Require(
            VerificationStep.EntryDigest, body.Sha256.AsSpan().SequenceEqual(GetSha256(body.Subject, content, sha256)),
            "the log entry is about other content");
        checks.Require(
            VerificationStep.EntrySignature, body.Signature.AsSpan().SequenceEqual(content.Signature.Span),
            "the log entry is about another signature");
        checks.Require(
            VerificationStep.EntryCertificate, body.Verifier.AsSpan().SequenceEqual(signer),
            "the log entry is about another certificate");
    }

    static ReadOnlySpan<byte> GetSha256(EntrySubject subject, SignedContent content, ReadOnlySpan<byte> file) =>
        (subject, content) switch
        {
            (EntrySubject.Signed, SignedContent.File) => file,
            (EntrySubject.Signed, SignedContent.Envelope envelope) => SHA256.HashData(envelope.Encode()),
            (EntrySubject.Payload, SignedContent.Envelope envelope) => SHA256.HashData(envelope.Payload.Span),
            _ => [],
        };
}
