using System.Globalization;
using PyRepo.Resources.References;
using PyRepo.Resources.Storage;

namespace PyRepo.Server.Serving.Stores;

/// <summary>The bucket of a claim, as the claim's ConfigMap describes it.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Name">The bucket's name.</param>
/// <param name="Endpoint">The URL of the service.</param>
/// <param name="Region">The region, or null if the claim gives none.</param>
/// <param name="Problem">Why it says nothing of use, or null if it does.</param>
sealed record BucketClaim(
    BucketClaimReference Claim, string? Name, string? Endpoint, string? Region, string? Problem)
{
    /// <summary>The code of a claim without a bucket.</summary>
    public const string NotBound = "ClaimNotBound";

    /// <summary>The ports where a service without a word about TLS has it.</summary>
    static readonly int[] _tlsPorts = [443, 8443];

    /// <summary>Reads what the ConfigMap says.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="hasRoots">Whether the resource names certificates, which only TLS needs.</param>
    /// <param name="find">Finds the text under a key, or null if there is none.</param>
    public static BucketClaim Read(BucketClaimReference claim, bool hasRoots, Func<string, string?> find)
    {
        var missing = BucketClaimReference.RequiredKeys.Where(key => find(key) is null).ToList();
        if (missing.Count > 0)
        {
            return Refused(claim,
                $"there is no {string.Join(" and no ", missing)} in its ConfigMap. Wait until the claim is bound, or "
                + "create it");
        }
        var name = find(BucketClaimReference.NameKey)!;
        if (!BucketRules.IsName(name, BucketProvider.S3))
            return Refused(claim, $"{BucketClaimReference.NameKey} in its ConfigMap is not a bucket name");
        var region = find(BucketClaimReference.RegionKey);
        if (region is not null && !BucketRules.IsRegion(region))
            return Refused(claim, $"{BucketClaimReference.RegionKey} in its ConfigMap is not a region name");
        if (ReadPort(find(BucketClaimReference.PortKey)) is not { } port)
            return Refused(claim, $"{BucketClaimReference.PortKey} in its ConfigMap is not a port");
        var host = find(BucketClaimReference.HostKey)!;
        if (Uri.CheckHostName(host) is UriHostNameType.Unknown)
            return Refused(claim, $"{BucketClaimReference.HostKey} in its ConfigMap is not a host name");
        var scheme = HasTls(find(BucketClaimReference.TlsKey), port, hasRoots) ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        var endpoint = new UriBuilder(scheme, host, port is 0 ? -1 : port).Uri;
        return new BucketClaim(
            claim, name, endpoint.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped), region, null);
    }

    /// <summary>Returns a bucket as it is with what the claim says; its keys are in the claim's Secret.</summary>
    public BucketSpec AddTo(BucketSpec bucket) => Problem is not null ? bucket : bucket with
    {
        Name = Name,
        Endpoint = Endpoint,
        Region = Region,
        CredentialsSecretRef = new BucketCredentialsReference { Name = Claim.Name },
    };

    static BucketClaim Refused(BucketClaimReference claim, string why) =>
        new(claim, null, null, null, $"The {claim.Kind} {claim.Name} does not say where its bucket is: {why}.");

    /// <summary>Returns 0 where no port is given, and null where something else is.</summary>
    static int? ReadPort(string? text) => text is null ? 0
        : ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    static bool HasTls(string? said, int port, bool hasRoots) =>
        bool.TryParse(said, out var isOn) ? isOn : _tlsPorts.Contains(port) || (hasRoots && port != 80);
}
