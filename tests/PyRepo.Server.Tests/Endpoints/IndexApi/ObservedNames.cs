using System.Collections;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Tests.Endpoints.IndexApi;

/// <summary>A list of one name that knows how many read it at once.</summary>
sealed class ObservedNames : IReadOnlyList<ProjectName>
{
    int _readers;
    int _most;
    Action? _first;

    /// <summary>What the first reader does while it reads.</summary>
    public Action First { set => _first = value; }

    public int Readers => Volatile.Read(ref _readers);

    public int MostReaders => Volatile.Read(ref _most);

    public int Count => 1;

    public ProjectName this[int index] => ProjectName.Parse("foo");

    public IEnumerator<ProjectName> GetEnumerator()
    {
        var readers = Interlocked.Increment(ref _readers);
        if (readers > Volatile.Read(ref _most))
            Volatile.Write(ref _most, readers);
        Interlocked.Exchange(ref _first, null)?.Invoke();
        yield return this[0];
        Interlocked.Decrement(ref _readers);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
