using System.Globalization;
using System.Net;
using System.Xml;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>Says what a response without success means.</summary>
/// <param name="container">The container.</param>
/// <param name="endpoint">Where it is, for messages.</param>
sealed class AzureErrors(string container, string endpoint)
{
    /// <summary>The service's code of an error, or else the status.</summary>
    public static string GetCode(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-ms-error-code", out var values)
            ? values.First()
            : ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);

    /// <summary>The exception for a response.</summary>
    public async Task<Exception> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var code = GetCode(response);
        var said = BucketErrorText.Shorten(MessageIn(await BucketErrorText.ReadAsync(response, cancellationToken)));
        switch (code)
        {
            case "ConditionNotMet" or "TargetConditionNotMet" or "BlobAlreadyExists":
                return new PreconditionFailedException(
                    $"An object of the container '{container}' was changed by somebody else.");
            case "AccountLimitExceeded" or "507":
                return new StoreFullException($"{endpoint} has no room in the container '{container}': {said}");
        }
        return new BucketException(code, code switch
        {
            "ContainerNotFound" =>
                $"There is no container '{container}' at {endpoint}. Create it, or correct its name.",
            "ContainerBeingDeleted" =>
                $"The container '{container}' at {endpoint} is being deleted. Wait a minute, or take another name.",
            "AuthenticationFailed" or "AuthorizationFailure" or "InvalidAuthenticationInfo" =>
                $"{endpoint} does not accept the key or token for the container '{container}'. Check that it is a key "
                + "of this storage account that was not regenerated, that the account's network rules allow this "
                + "address, and that this machine's clock is right.",
            "AuthorizationPermissionMismatch" or "InsufficientAccountPermissions" =>
                $"{endpoint} denies access to the container '{container}'. Give the identity the role "
                + "'Storage Blob Data Contributor' on it.",
            "KeyBasedAuthenticationNotPermitted" =>
                $"{endpoint} allows no keys for the container '{container}'. Use the pod's identity instead.",
            "InvalidBlockList" =>
                $"{endpoint} no longer has the parts of an upload to the container '{container}'. Send it again.",
            _ => $"{endpoint} answers {(int)response.StatusCode} ({code}) for the container '{container}': {said}",
        })
        {
            IsTransient = BucketRequestSender.IsTransient(response.StatusCode)
                || code is "ContainerBeingDeleted" or "InvalidBlockList",
            IsThrottled = response.StatusCode is HttpStatusCode.TooManyRequests || code is "ServerBusy",
        };
    }

    static string MessageIn(string text)
    {
        try
        {
            using var reader = BucketXml.Read(new StringReader(text));
            // The lines that follow the first are an id and a time.
            return reader.ReadToFollowing("Message") ? reader.ReadElementContentAsString().Split('\n')[0] : "";
        }
        catch (XmlException)
        {
            return "";
        }
    }
}
