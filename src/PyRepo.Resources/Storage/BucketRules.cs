using System.Text.RegularExpressions;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Storage;

/// <summary>The rules of <c>spec.storage.bucket</c>.</summary>
public static partial class BucketRules
{
    const string S3NamePattern = "[a-z0-9]([-.a-z0-9]{1,61})[a-z0-9]";
    const string GcsNamePattern = "[a-z0-9]([-._a-z0-9]{1,61})[a-z0-9]";
    const string AzureNamePattern = "[a-z0-9]([-a-z0-9]{1,61})[a-z0-9]";
    const string Ipv4Pattern = "[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+";
    const string RegionPattern = "[A-Za-z0-9]([-_A-Za-z0-9]*[A-Za-z0-9])?";
    const string SegmentPattern = "[A-Za-z0-9_=+@~-][A-Za-z0-9._=+@~-]*";
    const string KmsKeyPattern = "[A-Za-z0-9:/_+=,.@-]+";
    const string PrefixPattern = SegmentPattern + "(/" + SegmentPattern + ")*/?";

    /// <summary>
    /// The pattern of each provider: S3 "General purpose bucket naming rules", Cloud Storage "Bucket names", Azure
    /// "Container names".
    /// </summary>
    public static readonly Rule<BucketSpec> Name = new()
    {
        FieldPath = "name",
        DependsOn = ["provider"],
        Cel = $"!self.name.contains('..') && !self.name.matches('^{Ipv4Pattern}$') && ("
            + $"(has(self.provider) && self.provider == 'GCS') ? self.name.matches('^{GcsNamePattern}$') : "
            + $"(has(self.provider) && self.provider == 'Azure') "
            + $"? (self.name.matches('^{AzureNamePattern}$') && !self.name.contains('--'))"
            + $" : self.name.matches('^{S3NamePattern}$'))",
        Predicate = HasValidName,
        Value = bucket => bucket.Name ?? "",
        CelValue = "self.name",
        Message = "is not a bucket name: use 3 to 63 lowercase letters, digits, '-' and (except on Azure) '.', and "
            + "start and end with a letter or digit; an IP address is not allowed",
    };

    public static readonly Rule<BucketSpec> AwsNeedsRegion = new()
    {
        FieldPath = "region",
        DependsOn = ["provider", "endpoint"],
        Cel = "(has(self.provider) && self.provider != 'S3') || (has(self.endpoint) && self.endpoint != '')"
            + " || (has(self.region) && self.region != '')",
        Predicate = bucket =>
            bucket.Provider != BucketProvider.S3 || bucket.Endpoint is not null || bucket.Region is not null,
        Message = "is required for an AWS bucket (S3 without an endpoint)",
    };

    public static readonly Rule<BucketSpec> AzureNeedsEndpoint = new()
    {
        FieldPath = "endpoint",
        DependsOn = ["provider"],
        Cel = "!has(self.provider) || self.provider != 'Azure' || (has(self.endpoint) && self.endpoint != '')",
        Predicate = bucket => bucket.Provider != BucketProvider.Azure || bucket.Endpoint is not null,
        Message = "is required for Azure: write the URL of the account, such as https://ACCOUNT.blob.core.windows.net",
    };

    public static readonly Rule<BucketSpec> AddressingIsOfS3 = new()
    {
        FieldPath = "addressing",
        DependsOn = ["provider"],
        Cel = "!has(self.addressing) || self.addressing == 'Auto' || !has(self.provider) || self.provider == 'S3'",
        Predicate = bucket =>
            bucket.Addressing == BucketAddressing.Auto || bucket.Provider == BucketProvider.S3,
        Message = "is only for S3: leave it out",
    };

    public static readonly Rule<BucketSpec> EncryptionIsOfS3 = new()
    {
        FieldPath = "encryption",
        DependsOn = ["provider"],
        Cel = "!has(self.encryption) || !has(self.provider) || self.provider == 'S3'",
        Predicate = bucket => bucket.Encryption is null || bucket.Provider == BucketProvider.S3,
        Message = "is only for S3: leave it out, and configure the encryption of the bucket itself",
    };

    public static readonly Rule<BucketSpec> KeysAreOfS3 = new()
    {
        FieldPath = "credentialsSecretRef.keys",
        DependsOn = ["provider", "credentialsSecretRef"],
        Cel = "self.?provider.orValue('S3') == 'S3' || !self.?credentialsSecretRef.?keys.hasValue()",
        Predicate = bucket =>
            bucket.CredentialsSecretRef?.Keys is null || bucket.Provider == BucketProvider.S3,
        Message = "is only for S3: leave it out",
    };

    public static readonly Rule<BucketEncryption> KeyNeedsKms = new()
    {
        FieldPath = "kmsKeyId",
        DependsOn = ["algorithm"],
        Cel = "!has(self.kmsKeyId) || self.kmsKeyId == '' || self.algorithm == 'KMS'",
        Predicate = encryption => encryption.KmsKeyId is null || encryption.Algorithm == EncryptionAlgorithm.KMS,
        Message = "is only for the algorithm KMS: leave it out, or use KMS",
    };

    public static readonly Rule<string> KmsKeyId = TextPattern.Rule(KmsKeyPattern, KmsKeyRegex(),
        "is not the ID, alias or ARN of a key");

    public static readonly Rule<string> Region = TextPattern.Rule(RegionPattern, RegionRegex(),
        "is not a region name: use letters, digits, '-' and '_'");

    public static readonly Rule<string> Prefix = TextPattern.Rule(PrefixPattern, PrefixRegex(),
        "is not a prefix: use letters, digits and ._=+@~-, separate parts with '/', and do not start a part with '.'");

    static bool HasValidName(BucketSpec bucket) =>
        bucket.Name is not { } name || IsName(name, bucket.Provider);

    /// <summary>Whether a bucket of a provider can have a name.</summary>
    public static bool IsName(string name, BucketProvider provider)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Contains("..", StringComparison.Ordinal) || Ipv4Regex().IsMatch(name))
            return false;
        return provider switch
        {
            BucketProvider.GCS => GcsNameRegex().IsMatch(name),
            BucketProvider.Azure => AzureNameRegex().IsMatch(name) && !name.Contains("--", StringComparison.Ordinal),
            _ => S3NameRegex().IsMatch(name),
        };
    }

    /// <summary>Whether a service can have a region.</summary>
    public static bool IsRegion(string region) => RegionRegex().IsMatch(region);

    [GeneratedRegex($@"^(?:{S3NamePattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex S3NameRegex();

    [GeneratedRegex($@"^(?:{GcsNamePattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex GcsNameRegex();

    [GeneratedRegex($@"^(?:{AzureNamePattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex AzureNameRegex();

    [GeneratedRegex($@"^(?:{Ipv4Pattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Ipv4Regex();

    [GeneratedRegex($@"^(?:{RegionPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegionRegex();

    [GeneratedRegex($@"^(?:{KmsKeyPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex KmsKeyRegex();

    [GeneratedRegex($@"^(?:{PrefixPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex PrefixRegex();
}
