using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Client;

public sealed partial class KubernetesClient
{
    const string MergePatch = "application/merge-patch+json";
    static readonly string _fieldManager = $"?fieldManager={FieldManager}";

    /// <summary>Server-side apply: makes the object hold these fields, whoever wrote them last.</summary>
    /// <returns>The object after it.</returns>
    public Task<T> ApplyAsync<T>(ResourceType<T> type, T desired, CancellationToken cancellationToken)
        where T : KubernetesObject => ApplyAsync(type, desired, "", cancellationToken);

    /// <summary>Server-side apply of the status alone; what else the object holds is not looked at.</summary>
    /// <inheritdoc cref="ApplyAsync{T}(ResourceType{T}, T, CancellationToken)"/>
    public Task<T> ApplyStatusAsync<T>(ResourceType<T> type, T desired, CancellationToken cancellationToken)
        where T : KubernetesObject => ApplyAsync(type, desired, "/status", cancellationToken);

    /// <summary>Makes a new object.</summary>
    /// <exception cref="KubernetesException">409 AlreadyExists: there is one.</exception>
    public Task<T> CreateAsync<T>(ResourceType<T> type, T created, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        SendAsync(type, new ApiRequest(HttpMethod.Post, ApiPath.OfNew(type, created) + _fieldManager)
        {
            Body = Write(type, created),
        }, cancellationToken);

    /// <summary>Makes a new object, and asks for no more than its metadata in return.</summary>
    /// <inheritdoc cref="CreateAsync{T}(ResourceType{T}, T, CancellationToken)"/>
    public Task<PartialObjectMetadata> CreateUnreadAsync<T>(
        ResourceType<T> type, T created, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        SendAsync(type.ToMetadataOnly(), new ApiRequest(HttpMethod.Post, ApiPath.OfNew(type, created) + _fieldManager)
        {
            Body = Write(type, created),
            Accept = ObjectReader<PartialObjectMetadata>.Accept,
        }, cancellationToken);

    /// <summary>Asks whether a new object would be accepted. Nothing is written.</summary>
    /// <exception cref="KubernetesException">It would not.</exception>
    public Task<T> CreateByDryRunAsync<T>(ResourceType<T> type, T created, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        SendAsync(type, new ApiRequest(HttpMethod.Post, $"{ApiPath.OfNew(type, created)}{_fieldManager}&dryRun=All")
        {
            Body = Write(type, created),
            IsDryRun = true,
        }, cancellationToken);

    /// <summary>Writes a whole object.</summary>
    /// <exception cref="KubernetesException">
    /// 409 Conflict: its resourceVersion is given, and it has changed since.
    /// </exception>
    public Task<T> ReplaceAsync<T>(ResourceType<T> type, T replaced, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        SendAsync(type, new ApiRequest(HttpMethod.Put, ApiPath.Create(type, replaced.Key) + _fieldManager)
        {
            Body = Write(type, replaced),
        }, cancellationToken);

    /// <summary>Changes the fields that are named (RFC 7386); a null removes one.</summary>
    public Task<T> PatchAsync<T>(
        ResourceType<T> type, ObjectKey key, JsonNode mergePatch, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        SendAsync(type, new ApiRequest(HttpMethod.Patch, ApiPath.Create(type, key) + _fieldManager)
        {
            Body = KubernetesJson.Write(mergePatch),
            ContentType = MergePatch,
            Accept = ObjectReader<T>.Accept,
        }, cancellationToken);

    /// <summary>Changes the fields of the status that are named; what else the object holds is not looked at.</summary>
    public Task<T> PatchStatusAsync<T>(
        ResourceType<T> type, ObjectKey key, JsonNode mergePatch, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        SendAsync(type, new ApiRequest(HttpMethod.Patch, $"{ApiPath.Create(type, key)}/status{_fieldManager}")
        {
            Body = KubernetesJson.Write(mergePatch),
            ContentType = MergePatch,
            Accept = ObjectReader<T>.Accept,
        }, cancellationToken);

    /// <summary>
    /// Changes an object by operations (RFC 6902): the API server itself tests, copies and sets values.
    /// </summary>
    /// <exception cref="KubernetesException">422: a test failed, or a value is not there.</exception>
    public Task<T> JsonPatchAsync<T>(
        ResourceType<T> type, ObjectKey key, JsonArray operations, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        SendAsync(type, new ApiRequest(HttpMethod.Patch, ApiPath.Create(type, key) + _fieldManager)
        {
            Body = KubernetesJson.Write(operations),
            ContentType = "application/json-patch+json",
            Accept = ObjectReader<T>.Accept,
        }, cancellationToken);

    /// <summary>Deletes an object; what it owns goes after it.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="key">Where it is.</param>
    /// <param name="uid">Its uid: another object of the same name stays. Null: whichever it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>False: it was gone already.</returns>
    public Task<bool> DeleteAsync<T>(
        ResourceType<T> type, ObjectKey key, string? uid, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        DeleteAsync(type, key, uid is null ? null : new DeletePreconditions(uid), cancellationToken);

    /// <summary>Deletes an object as it was seen; what it owns goes after it.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="seen">The object: one that was put in its place stays.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>False: it was gone already.</returns>
    /// <exception cref="KubernetesException">409 Conflict: it has changed since.</exception>
    public Task<bool> DeleteAsync<T>(ResourceType<T> type, T seen, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        DeleteAsync(
            type, seen.Key, new DeletePreconditions(seen.Metadata.Uid ?? "", seen.Metadata.ResourceVersion),
            cancellationToken);

    async Task<bool> DeleteAsync<T>(
        ResourceType<T> type, ObjectKey key, DeletePreconditions? preconditions, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        var options = new DeleteOptions { Preconditions = preconditions };
        var request = new ApiRequest(HttpMethod.Delete, ApiPath.Create(type, key))
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(options, ClientJson.Default.DeleteOptions),
        };
        try
        {
            await _sender.SendAsync(request, cancellationToken);
            return true;
        }
        catch (KubernetesException error) when (error.IsNotFound)
        {
            return false;
        }
        catch (KubernetesException error) when (error.Status is HttpStatusCode.Conflict && preconditions is not null)
        {
            var metadata = await GetAsync(type.ToMetadataOnly(), key, cancellationToken);
            if (metadata?.Metadata.Uid == preconditions.Uid)
                throw;
            return false;
        }
    }

    Task<T> ApplyAsync<T>(ResourceType<T> type, T desired, string subresource, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        var path = $"{ApiPath.Create(type, desired.Key)}{subresource}{_fieldManager}&force=true";
        return SendAsync(type, new ApiRequest(HttpMethod.Patch, path)
        {
            Body = Write(type, desired),
            ContentType = "application/apply-patch+yaml",
        }, cancellationToken);
    }

    static byte[] Write<T>(ResourceType<T> type, T written)
        where T : KubernetesObject =>
        KubernetesJson.Write(written with { ApiVersion = type.ApiVersion, Kind = type.Kind }, type.Json);
}
