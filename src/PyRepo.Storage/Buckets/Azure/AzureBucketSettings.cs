namespace PyRepo.Storage.Buckets.Azure;

/// <summary>Which container of Azure Blob Storage to use, and how.</summary>
public sealed record AzureBucketSettings
{
    /// <summary>The container's name.</summary>
    public required string Container { get; init; }

    /// <summary>
    /// The URL of the storage account: <c>https://ACCOUNT.blob.core.windows.net</c>, or as Azurite has it,
    /// <c>http://127.0.0.1:10000/devstoreaccount1</c>.
    /// </summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Who asks. By default the pod.</summary>
    public AzureCredentials Credentials { get; init; } = AzureCredentials.Identity;

    /// <summary>The account's name, if the endpoint does not tell it.</summary>
    public string? Account { get; init; }

    internal string EffectiveAccount =>
        Account ?? (Endpoint.AbsolutePath.Trim('/') is { Length: > 0 } path ? path : Endpoint.Host.Split('.')[0]);
}
