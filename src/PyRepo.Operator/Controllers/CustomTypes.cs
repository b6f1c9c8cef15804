using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Resources;

namespace PyRepo.Operator.Controllers;

/// <summary>The three kinds, as the API server knows them.</summary>
public static class CustomTypes
{
    public static ResourceType<CustomObject> PythonRepositories { get; } =
        From(PythonRepository.KindName, "pythonrepositories");

    public static ResourceType<CustomObject> ProxyRepositories { get; } =
        From(ProxyRepository.KindName, "proxyrepositories");

    public static ResourceType<CustomObject> RepositoryGroups { get; } =
        From(RepositoryGroup.KindName, "repositorygroups");

    public static ImmutableArray<ResourceType<CustomObject>> All { get; } =
        [PythonRepositories, ProxyRepositories, RepositoryGroups];

    static ResourceType<CustomObject> From(string kind, string plural) =>
        new(Resource.Group, Resource.CommonVersion, kind, plural,
            KubernetesJson.Default.CustomObject);
}
