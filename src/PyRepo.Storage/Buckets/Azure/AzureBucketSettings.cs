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

    /// <summary>The credentials. By default those of the pod.</summary>
    public AzureCredentials Credentials { get; init; } = AzureCredentials.Identity;

    /// <summary>The account's name, if the endpoint does not tell it.</summary>
    public string? Account { get; init; }

    internal string EffectiveAccount =>
        Account ?? (Endpoint.AbsolutePath.Trim('/') is { Length: > 0 } path ? path : Endpoint.Host.Split('.')[0]);
}

/// <summary>Credentials for Azure Blob Storage.</summary>
public abstract record AzureCredentials
{
    private protected AzureCredentials()
    {
    }

    /// <summary>
    /// The identity of the pod or machine: a workload identity if AZURE_FEDERATED_TOKEN_FILE is set, or else a managed
    /// identity, of which AZURE_CLIENT_ID may name one.
    /// </summary>
    public static AzureCredentials Identity { get; } = new AzureIdentity();

    /// <summary>The storage account, by one of its keys.</summary>
    /// <exception cref="BucketException">It is not such a key.</exception>
    public static AzureCredentials AccountKey(string key) => AzureAccountKey.Parse(key);
}

/// <summary>The pod or machine asks.</summary>
sealed record AzureIdentity : AzureCredentials;
