using PyRepo.Server.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>A member of a group.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Repository">What it is.</param>
/// <param name="IsProxy">Whether what it has comes from outside: reserved names never come from it.</param>
sealed record Member(string Name, IRepository Repository, bool IsProxy);
