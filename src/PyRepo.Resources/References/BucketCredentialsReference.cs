using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.References;

/// <summary>A reference to a Secret in the resource's namespace, with the keys of a bucket.</summary>
public sealed record BucketCredentialsReference
{
    public static readonly ObjectType<BucketCredentialsReference> Type = new(fields => new(fields));

    public required string Name { get; init; }

    /// <summary>Null: the Secret's keys have the usual names.</summary>
    public BucketCredentialsKeys? Keys { get; init; }

    public BucketCredentialsReference()
    {
    }

    [SetsRequiredMembers]
    BucketCredentialsReference(FieldReader fields)
    {
        Name = fields.Required("name", NameTypes.Object, "The name of a Secret in the resource's namespace.");
        Keys = fields.Optional("keys", BucketCredentialsKeys.Type, "Other names of the Secret's keys, for S3.");
    }

    /// <summary>Returns the name that a key has in this Secret.</summary>
    public string GetName(string key) => (key, Keys) switch
    {
        (BucketCredentialsKeys.UsualAccessKeyId, { } keys) => keys.AccessKeyId,
        (BucketCredentialsKeys.UsualSecretAccessKey, { } keys) => keys.SecretAccessKey,
        _ => key,
    };
}

/// <summary>The names of the keys in a Secret that somebody else makes.</summary>
public sealed record BucketCredentialsKeys
{
    /// <summary>The usual name of the key's id.</summary>
    public const string UsualAccessKeyId = "AWS_ACCESS_KEY_ID";

    /// <summary>The usual name of the key itself.</summary>
    public const string UsualSecretAccessKey = "AWS_SECRET_ACCESS_KEY";

    public static readonly ObjectType<BucketCredentialsKeys> Type = new(fields => new(fields));

    public string AccessKeyId { get; init; } = UsualAccessKeyId;
    public string SecretAccessKey { get; init; } = UsualSecretAccessKey;

    public BucketCredentialsKeys()
    {
    }

    BucketCredentialsKeys(FieldReader fields)
    {
        AccessKeyId = fields.Default(
            "accessKeyId", NameTypes.SecretKey, AccessKeyId, "The key with the access key ID.");
        SecretAccessKey = fields.Default(
            "secretAccessKey", NameTypes.SecretKey, SecretAccessKey, "The key with the secret access key.");
    }
}
