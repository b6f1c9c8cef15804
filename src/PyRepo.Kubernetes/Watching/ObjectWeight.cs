namespace PyRepo.Kubernetes.Watching;

/// <summary>What an object takes of the room of its namespace.</summary>
/// <param name="Count">As how many objects it counts; 0: it is kept whatever there is.</param>
/// <param name="Bytes">About how many bytes of memory it takes.</param>
readonly record struct ObjectWeight(int Count, int Bytes);
