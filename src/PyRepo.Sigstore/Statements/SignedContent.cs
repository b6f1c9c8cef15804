using System.Text;

namespace PyRepo.Sigstore.Statements;

/// <summary>The signed content, and its signature.</summary>
public abstract record SignedContent
{
    SignedContent()
    {
    }

    /// <summary>The signature.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>
    /// A statement in an envelope (<see href="https://github.com/secure-systems-lab/dsse/blob/master/envelope.md">DSSE
    /// </see>).
    /// </summary>
    public sealed record Envelope : SignedContent
    {
        /// <summary>The type of the payload.</summary>
        public required string PayloadType { get; init; }

        /// <summary>The payload.</summary>
        public required ReadOnlyMemory<byte> Payload { get; init; }

        /// <summary>The bytes that are signed: DSSE's pre-authentication encoding.</summary>
        public byte[] Encode()
        {
            var type = Encoding.UTF8.GetBytes(PayloadType);
            var header = $"DSSEv1 {type.Length} {PayloadType} {Payload.Length} ";
            return [.. Encoding.UTF8.GetBytes(header), .. Payload.Span];
        }
    }

    /// <summary>A file itself.</summary>
    public sealed record File : SignedContent
    {
        /// <summary>The file's SHA-256, as the signer says; null if it does not.</summary>
        public required byte[]? Sha256 { get; init; }
    }
}
