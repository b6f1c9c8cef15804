using System.Collections.Frozen;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Access;

/// <summary>The sender of a request, as one repository knows it.</summary>
abstract record Caller
{
    const int MaxSubjectLength = 200;

    Caller()
    {
    }

    /// <summary>A caller without credentials.</summary>
    public static Caller Anonymous { get; } = new Nobody();

    /// <summary>
    /// A user or ServiceAccount whom only a member of the group knows: authenticated, but not one of the group's own.
    /// </summary>
    public static Caller OfMember { get; } = new KnownToMember(true);

    /// <summary>An identity of a provider that only a member of the group trusts.</summary>
    public static Caller IdentityOfMember { get; } = new KnownToMember(false);

    /// <summary>The name for records and logs, or null if there is none.</summary>
    public virtual string? Name => null;

    /// <summary>Whether <c>authenticated</c> in a grant means this caller. An identity of a provider never is.</summary>
    public virtual bool IsAuthenticated => false;

    /// <summary>Whether the caller has shown who it is. If not, credentials may help.</summary>
    public bool IsKnown => this is not Nobody;

    /// <summary>A user with a password.</summary>
    /// <param name="UserName">The user's name.</param>
    /// <param name="Groups">The groups that the user belongs to.</param>
    public sealed record User(string UserName, FrozenSet<string> Groups) : Caller
    {
        /// <inheritdoc/>
        public override string Name => UserName;

        /// <inheritdoc/>
        public override bool IsAuthenticated => true;
    }

    /// <summary>A ServiceAccount of the cluster.</summary>
    /// <param name="Namespace">Its namespace.</param>
    /// <param name="AccountName">Its name.</param>
    public sealed record ServiceAccount(string Namespace, string AccountName) : Caller
    {
        /// <summary>The pod that the token was issued to, or null if it says nothing of one.</summary>
        public string? Pod { get; init; }

        /// <summary>The node of that pod, or null.</summary>
        public string? Node { get; init; }

        /// <inheritdoc/>
        public override string Name => $"system:serviceaccount:{Namespace}:{AccountName}";

        /// <inheritdoc/>
        public override bool IsAuthenticated => true;
    }

    /// <summary>
    /// Somebody whom an identity provider knows, and thus perhaps anybody: only the claims of a grant say who it is.
    /// </summary>
    /// <param name="Subject">The token's <c>sub</c>.</param>
    /// <param name="Providers">The repository's names of the providers whose tokens this is one of.</param>
    /// <param name="Claims">The token's claims that are text, numbers or Booleans.</param>
    public sealed record Identity(
        string Subject, FrozenSet<string> Providers, FrozenDictionary<string, string> Claims) : Caller
    {
        /// <inheritdoc/>
        public override string Name =>
            $"{string.Join('+', Providers.Order(StringComparer.Ordinal))}:{Printable(Subject)}";

        /// <summary>Somebody else's issuer chose it, and it gets into messages and records.</summary>
        static string Printable(string subject) => string.Concat(subject.Take(MaxSubjectLength).Select(
            character => character is >= ' ' and <= '~' ? character : '?'));
    }

    /// <summary>A token that somebody made for a part of what he or she may do.</summary>
    /// <param name="Grant">The token, with the rights that it grants.</param>
    /// <param name="Owner">
    /// The caller who made it: the token allows no more than its owner may do now. Null if an administrator declared it
    /// in a Secret, so that it stands for itself.
    /// </param>
    public sealed record Token(ApiToken Grant, Caller? Owner) : Caller
    {
        /// <inheritdoc/>
        public override string Name => Owner?.Name is { } owner ? $"{owner} (token {Grant.Id})" : $"token {Grant.Id}";

        /// <inheritdoc/>
        public override bool IsAuthenticated => Owner is null or { IsAuthenticated: true };
    }

    /// <summary>
    /// A caller about whom the server of a group has already decided, with the group's grants and this repository's.
    /// </summary>
    /// <param name="Decision">The decision of that server.</param>
    public sealed record Forwarded(MemberToken Decision) : Caller
    {
        /// <inheritdoc/>
        public override string? Name => Decision.User;

        /// <summary>Whether the group's server has allowed an action.</summary>
        /// <param name="action">The action.</param>
        /// <param name="project">The project, or null: any one, or none.</param>
        public bool Allows(AccessAction action, ProjectName? project) =>
            (action == Decision.Action || (IsRanked(action) && IsRanked(Decision.Action) && action < Decision.Action))
            && (project is null || Decision.Project is MemberToken.AllProjects
                || Decision.Project == project.Value.Value);

        static bool IsRanked(AccessAction action) => action <= AccessAction.Maintain;
    }

    sealed record Nobody : Caller;

    sealed record KnownToMember(bool IsUser) : Caller
    {
        public override bool IsAuthenticated => IsUser;
    }
}
