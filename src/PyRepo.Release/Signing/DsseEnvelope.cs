using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Release.Oci;

namespace PyRepo.Release.Signing;

/// <summary>
/// A signed statement (<see href="https://github.com/secure-systems-lab/dsse/blob/v1.0.0/envelope.md">DSSE</see>).
/// </summary>
static class DsseEnvelope
{
    /// <summary>Signs an in-toto statement.</summary>
    public static JsonObject Sign(SigningKey key, byte[] statement) => new()
    {
        ["payloadType"] = MediaTypes.InToto,
        ["payload"] = Convert.ToBase64String(statement),
        ["signatures"] = new JsonArray(
            new JsonObject { ["sig"] = Convert.ToBase64String(key.Sign(SignedBytes(MediaTypes.InToto, statement))) }),
    };

    /// <summary>The bytes that are signed: the pre-authentication encoding of DSSE.</summary>
    public static byte[] SignedBytes(string type, byte[] payload) =>
    [
        .. Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {payload.Length} ")),
        .. payload,
    ];
}
