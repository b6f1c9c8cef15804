using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Nodes;

namespace PyRepo.Resources.Manifests;

/// <summary>The three kinds of <c>pyrepo.dev/v1alpha1</c>.</summary>
static class ResourceKinds
{
    public static readonly ImmutableArray<string> Names =
        [PythonRepository.KindName, ProxyRepository.KindName, RepositoryGroup.KindName];

    /// <summary>Reads a resource and reports its problems. Returns null if the kind is none of the three.</summary>
    public static Resource? Read(string kind, MappingNode map, ReadContext context) => kind switch
    {
        PythonRepository.KindName => Read(map, PythonRepository.Type, context),
        ProxyRepository.KindName => Read(map, ProxyRepository.Type, context),
        RepositoryGroup.KindName => Read(map, RepositoryGroup.Type, context),
        _ => null,
    };

    static T Read<T>(MappingNode map, ObjectType<T> type, ReadContext context) where T : Resource
    {
        type.TryRead(map, new FieldLocation(context, "", map.Position), out var resource);
        return resource with
        {
            Position = map.Position,
            FieldPositions = context.Written.ToFrozenDictionary(StringComparer.Ordinal),
        };
    }
}
