namespace PyRepo.Storage.Buckets.Azure;

/// <summary>Who asks Azure Blob Storage.</summary>
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
