namespace PyRepo.Storage.Buckets.Azure;

/// <summary>The pod or machine asks.</summary>
sealed record AzureIdentity : AzureCredentials;
