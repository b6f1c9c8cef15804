using PyRepo.Sigstore.Keys;
using PyRepo.Sigstore.Statements;

namespace PyRepo.Sigstore;

/// <summary>Verifies a signature, and that what it signs is what the policy demands.</summary>
sealed class ContentVerifier(VerificationPolicy policy, VerificationChecks checks)
{
    const string StatementType = "https://in-toto.io/Statement/v1";

    /// <summary>Returns the type of the statement; null if a file itself is signed.</summary>
    /// <exception cref="VerificationException">It is not proved.</exception>
    public string? Verify(SignedContent content, VerificationKey key)
    {
        if (content is SignedContent.File file)
        {
            VerifyFile(file, key);
            return null;
        }
        var envelope = (SignedContent.Envelope)content;
        checks.Require(
            VerificationStep.PayloadType, envelope.PayloadType == InTotoStatement.PayloadType,
            $"the envelope's payload is of the type {Quoted.From(envelope.PayloadType)}");
        checks.Require(
            VerificationStep.Signature, key.Verify(envelope.Encode(), envelope.Signature.Span),
            "the signature is not of the certificate's key");
        var statement = InTotoStatement.Parse(envelope.Payload.Span);
        VerifyStatement(statement);
        return statement.PredicateType;
    }

    void VerifyFile(SignedContent.File file, VerificationKey key)
    {
        checks.Require(
            VerificationStep.StatementType, policy.Statement is null, "the file itself is signed, and no statement");
        checks.Require(
            VerificationStep.SubjectDigest,
            file.Sha256 is null || file.Sha256.AsSpan().SequenceEqual(policy.Sha256.Span),
            "the signature is of another file");
        checks.Require(
            VerificationStep.Signature, key.VerifySha256(policy.Sha256.Span, file.Signature.Span),
            "the signature is of another file, or not of the certificate's key");
    }

    void VerifyStatement(InTotoStatement statement)
    {
        if (policy.Statement is { } demanded)
        {
            checks.Require(
                VerificationStep.StatementType, statement.Type == StatementType && statement.Subject.Count == 1,
                $"the statement is not of the type {StatementType}, or not about exactly one file");
            var name = statement.Subject[0].Name;
            checks.Require(
                VerificationStep.SubjectName, demanded.IsName(name), $"the statement is about {Quoted.From(name)}");
            checks.Require(
                VerificationStep.PredicateType, demanded.PredicateTypes.Contains(statement.PredicateType),
                $"the statement's predicate type is {Quoted.From(statement.PredicateType)}");
        }
        checks.Require(
            VerificationStep.SubjectDigest, statement.Subject.Any(subject => subject.Has(policy.Sha256.Span)),
            "the statement is about a file of another SHA-256");
    }
}
