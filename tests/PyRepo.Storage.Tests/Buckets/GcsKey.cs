using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>A service account's key that was made for a test.</summary>
sealed class GcsKey(string name)
{
    readonly RSA _key = RSA.Create(2048);

    /// <summary>The account's name.</summary>
    public string Email { get; } = $"{name}@project.test";

    /// <summary>The secret part of the JSON.</summary>
    public string Secret => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>The JSON that Google gives out.</summary>
    public string Json => new JsonObject
    {
        ["type"] = "service_account",
        ["project_id"] = "the-project",
        ["private_key_id"] = "key-1",
        ["private_key"] = Secret,
        ["client_email"] = Email,
        ["token_uri"] = "https://oauth2.googleapis.com/token",
    }.ToJsonString();

    /// <summary>Whether bytes were signed with the key.</summary>
    public bool Verify(byte[] bytes, byte[] signature) =>
        _key.VerifyData(bytes, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
