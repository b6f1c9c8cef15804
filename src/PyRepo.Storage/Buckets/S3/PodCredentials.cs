using Amazon.Runtime;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>
/// The identity of the pod that this process runs in. The identity of its node (the instance metadata of EC2) is never
/// used: a pod must not get the rights of its node.
/// </summary>
public static class PodCredentials
{
    /// <summary>
    /// Returns the first that the environment names: keys, a web identity (a projected ServiceAccount token), or EKS
    /// Pod Identity. If it names none, requests fail with <c>NoCredentials</c>.
    /// </summary>
    /// <param name="settings">
    /// How to connect to the token service: region, roots and <see cref="S3Settings.Connect"/>.
    /// </param>
    /// <param name="environment">Reads a variable, or null for this process's environment.</param>
    public static AWSCredentials Create(S3Settings settings, Func<string, string?>? environment = null)
    {
        var read = environment ?? Environment.GetEnvironmentVariable;
        string? Read(string name) => read(name) is { Length: > 0 } value ? value : null;

        if (Read("AWS_ACCESS_KEY_ID") is { } id && Read("AWS_SECRET_ACCESS_KEY") is { } secret)
            return new ReplaceableCredentials(id, secret, Read("AWS_SESSION_TOKEN"));
        if (Read("AWS_WEB_IDENTITY_TOKEN_FILE") is { } webToken && Read("AWS_ROLE_ARN") is { } role)
        {
            return new WebIdentityCredentials(settings, webToken, role)
            {
                Session = Read("AWS_ROLE_SESSION_NAME") ?? "pyrepo",
                Endpoint = Read("AWS_ENDPOINT_URL_STS"),
                Region = Read("AWS_REGION") ?? settings.Region,
            };
        }
        if (Read("AWS_CONTAINER_CREDENTIALS_FULL_URI") is { } uri)
            return new PodIdentityCredentials(uri, Read("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"));
        return new MissingCredentials(
            "There are no credentials for the bucket: give it a Secret with keys, or the pod an identity (a web "
            + "identity token with a role, or EKS Pod Identity).");
    }
}
