using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Storage;

/// <summary>The rules of <c>spec.storage.bucket</c>, which a claim may name.</summary>
public static class BucketClaimRules
{
    public static readonly Rule<BucketSpec> NameOrClaim = new()
    {
        DependsOn = ["name", "claimRef"],
        Cel = "has(self.name) != has(self.claimRef)",
        Predicate = bucket => bucket.Name is not null != bucket.ClaimRef is not null,
        Message = "must have exactly one of name and claimRef",
    };

    /// <summary>A name that is omitted is the claim's.</summary>
    public static readonly Rule<BucketSpec> Name =
        BucketRules.Name with { Cel = $"!has(self.name) || ({BucketRules.Name.Cel})" };

    /// <summary>A claim has a region, or its service needs none.</summary>
    public static readonly Rule<BucketSpec> AwsNeedsRegion = BucketRules.AwsNeedsRegion with
    {
        DependsOn = [.. BucketRules.AwsNeedsRegion.DependsOn, "claimRef"],
        Cel = $"has(self.claimRef) || {BucketRules.AwsNeedsRegion.Cel}",
        Predicate = bucket => bucket.ClaimRef is not null || BucketRules.AwsNeedsRegion.Predicate(bucket),
    };

    public static readonly Rule<BucketSpec> SaysWhere = new()
    {
        FieldPath = "claimRef",
        DependsOn = ["endpoint", "region", "credentialsSecretRef", "create"],
        Cel = "!has(self.claimRef) || !(has(self.credentialsSecretRef) || self.?create.orValue(false)"
            + " || (has(self.endpoint) && self.endpoint != '') || (has(self.region) && self.region != ''))",
        Predicate = bucket => bucket is { ClaimRef: null }
            or { Endpoint: null, Region: null, CredentialsSecretRef: null, Create: false },
        Message = "says where the bucket is and has its keys: leave out endpoint, region, credentialsSecretRef and "
            + "create",
    };

    public static readonly Rule<BucketSpec> IsOfS3 = new()
    {
        FieldPath = "claimRef",
        DependsOn = ["provider"],
        Cel = "!has(self.claimRef) || self.?provider.orValue('S3') == 'S3'",
        Predicate = bucket => bucket.ClaimRef is null || bucket.Provider == BucketProvider.S3,
        Message = "is only for S3: leave provider out",
    };
}
