namespace PyRepo.Packaging.Metadata;

/// <summary>What a path of an archive is once it is extracted.</summary>
enum MemberKind
{
    /// <summary>A directory without a member of its own, which has members below it.</summary>
    ImpliedDirectory,
    Directory,
    File,
    Link,
}
