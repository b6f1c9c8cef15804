using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace PyRepo.Testing.Sigstore;

/// <summary>A toy Rekor, v1 with ECDSA or v2 with Ed25519. Its tree grows by two entries each time.</summary>
public sealed class SignatureLog : IDisposable
{
    static readonly byte[] _ed25519Header = Convert.FromHexString("302a300506032b6570032100");

    readonly ECDsa? _ecdsa;
    readonly Ed25519PrivateKeyParameters? _ed25519;

    /// <summary>Makes its key.</summary>
    public SignatureLog(string name, bool isSecond)
    {
        Name = name;
        if (isSecond)
            _ed25519 = new Ed25519PrivateKeyParameters(new SecureRandom());
        else
            _ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its key as SubjectPublicKeyInfo.</summary>
    public byte[] Key => _ecdsa?.ExportSubjectPublicKeyInfo()
        ?? [.. _ed25519Header, .. _ed25519!.GeneratePublicKey().GetEncoded()];

    /// <summary>Its id: of v1 the hash of its key, of v2 that of a signed note's key.</summary>
    public byte[] Id => _ecdsa is not null
        ? SHA256.HashData(Key)
        : SHA256.HashData([.. Encoding.UTF8.GetBytes($"{Name}\n"), 1, .. Key[_ed25519Header.Length..]]);

    /// <summary>Logs an entry behind others, in a tree of three, and proves it.</summary>
    public JsonObject Append(JsonObject body, DateTimeOffset time, LogFaults faults)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        var (first, last) = (HashLeaf("the first"u8), HashLeaf("the last"u8));
        var root = HashNode(HashNode(first, HashLeaf(bytes)), last);
        var id = faults.Id ?? Id;
        var at = (faults.Time ?? time).ToUnixTimeSeconds();
        var entry = new JsonObject
        {
            ["logIndex"] = "1",
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(id) },
            ["kindVersion"] = new JsonObject
            {
                ["kind"] = body["kind"]!.DeepClone(),
                ["version"] = body["apiVersion"]!.DeepClone(),
            },
            ["inclusionProof"] = new JsonObject
            {
                ["logIndex"] = "1",
                ["rootHash"] = Convert.ToBase64String(root),
                ["treeSize"] = "3",
                ["hashes"] = new JsonArray(Convert.ToBase64String(first), Convert.ToBase64String(last)),
                ["checkpoint"] = new JsonObject { ["envelope"] = SignCheckpoint(root, faults) },
            },
            ["canonicalizedBody"] = Convert.ToBase64String(bytes),
        };
        if (_ecdsa is null)
            return entry;
        var promise = $"{{\"body\":\"{Convert.ToBase64String(bytes)}\",\"integratedTime\":{at},"
            + $"\"logID\":\"{Convert.ToHexStringLower(id)}\",\"logIndex\":1}}";
        entry["integratedTime"] = $"{at}";
        entry["inclusionPromise"] = new JsonObject
        {
            ["signedEntryTimestamp"] = Convert.ToBase64String(Sign(Encoding.UTF8.GetBytes(promise), faults.TimeKey)),
        };
        return entry;
    }

    /// <inheritdoc/>
    public void Dispose() => _ecdsa?.Dispose();

    string SignCheckpoint(byte[] root, LogFaults faults)
    {
        var name = faults.CheckpointName ?? Name;
        var origin = _ecdsa is null ? name : $"{name} - 42";
        var text = $"{origin}\n{faults.CheckpointSize ?? 3}\n{Convert.ToBase64String(faults.CheckpointRoot ?? root)}\n";
        var signature = Sign(Encoding.UTF8.GetBytes(text), faults.CheckpointKey);
        return $"{text}\n\u2014 {name} {Convert.ToBase64String([.. Id[..4], .. signature])}\n";
    }

    byte[] Sign(byte[] data, ECDsa? other)
    {
        if ((other ?? _ecdsa) is { } key)
            return key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, _ed25519);
        signer.BlockUpdate(data, 0, data.Length);
        return signer.GenerateSignature();
    }

    static byte[] HashLeaf(ReadOnlySpan<byte> data) => SHA256.HashData([0, .. data]);

    static byte[] HashNode(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
}
