using System.Security.Cryptography;
using System.Text;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>One of the two keys of a storage account.</summary>
sealed record AzureAccountKey : AzureCredentials
{
    readonly byte[] _key;

    AzureAccountKey(byte[] key) => _key = key;

    /// <summary>Reads the key.</summary>
    public static AzureAccountKey Parse(string key)
    {
        var bytes = new byte[key.Length];
        return Convert.TryFromBase64String(key.Trim(), bytes, out var length) && length > 0
            ? new(bytes[..length])
            : throw new BucketException(
                "InvalidKey",
                "The key of the storage account is not Base64. Copy one of the two keys below 'Access keys', without "
                + "the rest of the connection string.");
    }

    /// <summary>Signs a text.</summary>
    public string Sign(string text) =>
        Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));

    /// <inheritdoc/>
    public override string ToString() => "the key of a storage account";
}
