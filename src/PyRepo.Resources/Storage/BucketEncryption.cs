using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Storage;

/// <summary>How the object store encrypts what it keeps.</summary>
public sealed record BucketEncryption
{
    public static readonly ObjectType<BucketEncryption> Type = new(fields => new(fields))
    {
        Rules = [BucketRules.KeyNeedsKms],
    };

    public required EncryptionAlgorithm Algorithm { get; init; }

    /// <summary>Null means the service's default key.</summary>
    public string? KmsKeyId { get; init; }

    public BucketEncryption()
    {
    }

    [SetsRequiredMembers]
    BucketEncryption(FieldReader fields)
    {
        Algorithm = fields.Required("algorithm", new EnumType<EncryptionAlgorithm>(),
            "AES256 encrypts with the object store's own keys, KMS with a key of a key management service.");
        KmsKeyId = fields.Optional("kmsKeyId",
            new StringType(512) { EmptyMeansOmitted = true, Rules = [BucketRules.KmsKeyId] },
            "The key of the key management service: its ID, alias or ARN. If omitted, the service's default key.");
    }
}
