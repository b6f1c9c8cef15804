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

    /// <summary>Reads a resource and notes what is wrong with it; null where the kind is none of the three.</summary>
    public static Resource? Read(string kind, MappingNode map, DocumentNotes notes) => kind switch
    {
        PythonRepository.KindName => Read(map, PythonRepository.Type, notes),
        ProxyRepository.KindName => Read(map, ProxyRepository.Type, notes),
        RepositoryGroup.KindName => Read(map, RepositoryGroup.Type, notes),
        _ => null,
    };

    static T Read<T>(MappingNode map, ObjectType<T> type, DocumentNotes notes) where T : Resource
    {
        type.TryRead(map, new FieldLocation(notes, "", map.Position), out var resource);
        return resource with
        {
            Position = map.Position,
            FieldPositions = notes.Written.ToFrozenDictionary(StringComparer.Ordinal),
        };
    }
}
