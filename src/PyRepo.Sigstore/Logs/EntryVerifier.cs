using System.Text;
using PyRepo.Sigstore.Bundles;
using PyRepo.Sigstore.Roots;

namespace PyRepo.Sigstore.Logs;

/// <summary>Verifies that a log has an entry, and when it says that it took it.</summary>
sealed class EntryVerifier(TrustedRoot root, VerificationChecks checks)
{
    /// <summary>Returns the entry's log, and its time if the log has signed one.</summary>
    /// <exception cref="VerificationException">It is not proved.</exception>
    public (TransparencyLog Log, DateTimeOffset? Time) Verify(LogEntry entry)
    {
        var log = VerificationChecks.Require(
            VerificationStep.LogKey, root.Logs.FirstOrDefault(each => each.Id.Span.SequenceEqual(entry.LogId.Span)),
            "the log entry is of a log that the trusted root does not have");
        // Only this proves the number of an entry whose log signs no time.
        checks.Require(
            VerificationStep.InclusionProof, entry.SignedEntryTimestamp is not null || entry.Index == entry.Proof.Index,
            "the log entry has another number than its inclusion proof");
        checks.Require(
            VerificationStep.InclusionProof, MerkleTree.Includes(entry.Body.Span, entry.Proof),
            $"the inclusion proof does not lead from the entry to the root of {log.Name}");
        VerifyCheckpoint(entry.Proof, log);
        return (log, GetTime(entry, log));
    }

    void VerifyCheckpoint(InclusionProof proof, TransparencyLog log)
    {
        Checkpoint checkpoint;
        try
        {
            checkpoint = Checkpoint.Parse(proof.Checkpoint);
        }
        catch (FormatException error)
        {
            throw new VerificationException(VerificationStep.Checkpoint, error.Message);
        }
        checks.Require(
            VerificationStep.Checkpoint, checkpoint.IsSignedBy(log), $"the checkpoint is not signed by {log.Name}");
        checks.Require(
            VerificationStep.CheckpointRoot,
            checkpoint.TreeSize == proof.TreeSize && checkpoint.RootHash.Span.SequenceEqual(proof.RootHash.Span),
            $"the checkpoint of {log.Name} is about another tree than the inclusion proof");
    }

    /// <summary>Rekor v1 signs its time. Entries of v2 have none; an unsigned time is nobody's.</summary>
    DateTimeOffset? GetTime(LogEntry entry, TransparencyLog log)
    {
        if (entry.SignedEntryTimestamp is not { } signature)
        {
            var isFirst = (entry.Kind, entry.Version) is (_, "0.0.1") or ("intoto", _);
            checks.Require(
                VerificationStep.SignedEntryTimestamp, !isFirst, $"the time of {log.Name} is not signed");
            return null;
        }
        checks.Require(
            VerificationStep.SignedEntryTimestamp, log.Key.Verify(Encode(entry), signature),
            $"the time of the log entry is not signed by {log.Name}");
        return entry.IntegratedTime <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(entry.IntegratedTime)
            : throw new FormatException("the time of the log entry is none");
    }

    /// <summary>Checks that the trusted root trusted a log at a time.</summary>
    public void RequireValid(TransparencyLog log, DateTimeOffset time) => checks.Require(
        VerificationStep.LogValidity, log.Validity.Contains(time), $"{log.Name} was not trusted at {time:u}");

    /// <summary>The bytes that Rekor v1 signs: the entry's properties in the order of JCS (RFC 8785).</summary>
    static byte[] Encode(LogEntry entry)
    {
        var (body, time) = (Convert.ToBase64String(entry.Body.Span), entry.IntegratedTime);
        var log = Convert.ToHexStringLower(entry.LogId.Span);
        return Encoding.UTF8.GetBytes(
            $$"""{"body":"{{body}}","integratedTime":{{time}},"logID":"{{log}}","logIndex":{{entry.Index}}}""");
    }
}
