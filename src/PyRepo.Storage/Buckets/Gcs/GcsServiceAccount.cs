using System.Security.Cryptography;
using System.Text.Json;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>A service account with its private key.</summary>
sealed record GcsServiceAccount : GcsCredentials
{
    /// <summary>The code of an error in a key.</summary>
    public const string InvalidKey = "InvalidKey";

    readonly string _privateKey;

    GcsServiceAccount(string email, string keyId, string privateKey, Uri tokenEndpoint, string? project) =>
        (Email, KeyId, _privateKey, TokenEndpoint, Project) = (email, keyId, privateKey, tokenEndpoint, project);

    /// <summary>The account's name.</summary>
    public string Email { get; }

    /// <summary>The key's id.</summary>
    public string KeyId { get; }

    /// <summary>Where the account's tokens are fetched.</summary>
    public Uri TokenEndpoint { get; }

    /// <summary>The account's project.</summary>
    public string? Project { get; }

    /// <summary>Reads the JSON that Google gives out for a key.</summary>
    public static GcsServiceAccount Parse(string json)
    {
        GcsCredentialFile? file;
        try
        {
            file = JsonSerializer.Deserialize(json, GcsCredentialJson.Default.GcsCredentialFile);
        }
        catch (JsonException)
        {
            throw Invalid("it is not JSON");
        }
        return Create(file ?? throw Invalid("it is empty"));
    }

    /// <summary>Makes an account of the fields of such a JSON.</summary>
    public static GcsServiceAccount Create(GcsCredentialFile file)
    {
        if (file.Type != "service_account")
            throw Invalid("its type is not 'service_account'");
        if (file.ClientEmail is not { Length: > 0 } email)
            throw Invalid("'client_email' is missing");
        if (file.PrivateKey is not { Length: > 0 } privateKey)
            throw Invalid("'private_key' is missing");
        var endpoint = file.TokenUri ?? "https://oauth2.googleapis.com/token";
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var token) || !token.Scheme.StartsWith("http"))
            throw Invalid("'token_uri' is not a URL");
        var account = new GcsServiceAccount(email, file.PrivateKeyId ?? "", privateKey, token, file.ProjectId);
        try
        {
            account.Sign([]);
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            throw Invalid("'private_key' is not an RSA key in PEM format");
        }
        return account;
    }

    /// <summary>Signs bytes with the private key: RSA with SHA-256.</summary>
    public byte[] Sign(ReadOnlySpan<byte> bytes)
    {
        using var key = RSA.Create();
        key.ImportFromPem(_privateKey);
        return key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <inheritdoc/>
    public override string ToString() => $"the service account {Email}";

    static BucketException Invalid(string reason) => new(
        InvalidKey,
        $"The key is not the JSON of a service account's key: {reason}. Create a key of the type JSON for the service "
        + "account, and put the whole file into the Secret.");
}
