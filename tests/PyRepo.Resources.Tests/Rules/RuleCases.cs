namespace PyRepo.Resources.Tests.Rules;

/// <summary>
/// For each rule, a spec that it rejects with the whole message, and one that it accepts. The API server must agree.
/// </summary>
static class RuleCases
{
    public sealed record Case(string Kind, string Rejected, string Message, string Accepted);

    const string Hosted = PythonRepository.KindName;
    const string Proxy = ProxyRepository.KindName;
    const string Group = RepositoryGroup.KindName;

    const string Antiaffinity = "podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: ";
    const string AntiaffinityPath = "podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution";
    const string SpreadPath = "spec.server.topologySpreadConstraints";
    const string NodeTermPath = "spec.server.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
        + ".nodeSelectorTerms[0].matchExpressions[0]";

    const string Publisher = "spec.attestations.require[0].publishers[0]";
    const string RepositoryForm = "use OWNER/NAME, with letters, digits, '.', '_' and '-'";
    const string EmailForm = "use NAME@DOMAIN, in ASCII and without white space";

    static string Attested(string publisher, string verify = "Report") =>
        $"attestations: {{ verify: '{verify}', "
            + $"require: [ {{ projects: [ a ], publishers: [ {{ {publisher} }} ] }} ] }}";

    static string NodeTerm(string requirement) =>
        "server: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: "
            + $"[ {{ matchExpressions: [ {{ {requirement} }} ] }} ] }} }} }} }}";

    static string Spread(string field) =>
        "server: { topologySpreadConstraints: [ { maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway, "
            + $"{field} }} ] }}";

    /// <summary>About 16 characters of JSON for each.</summary>
    static string Allow(int count) =>
        $"policy: {{ allow: [ {string.Join(", ", Enumerable.Range(0, count).Select(n => $"project-{n:0000}"))} ] }}";

    public static IReadOnlyList<Case> All { get; } =
    [
        new(Proxy, Allow(3_800),
            "spec: is longer than 60000 characters of JSON: write fewer or shorter entries, or several resources",
            Allow(3_700)),
        new(Hosted, "storage: { persistentVolumeClaim: {}, ephemeral: {} }",
            "spec.storage: \"persistentVolumeClaim, ephemeral\" is more than one kind of storage: choose one of "
                + "persistentVolumeClaim, bucket and ephemeral",
            "storage: { ephemeral: {}, deletionPolicy: Delete }"),
        new(Hosted, "backup: { schedule: '60 3 * * *', to: { bucket: { name: abc, region: a } } }",
            "spec.backup.schedule: \"60 3 * * *\" is not a schedule: write minute, hour, day of the month, month and day "
                + "of the week as numbers, such as '0 3 * * *' for every day at 3:00 UTC",
            "backup: { schedule: '*/20,5 1-3/2 1,31 1-12 0-7', to: { bucket: { name: abc, region: a } } }"),
        new(Proxy, "storage: { restoreFrom: { backup: newest, bucket: { name: abc, region: a } } }",
            "spec.storage.restoreFrom.backup: \"newest\" is not a backup: write latest, a name such as "
                + "20261129T030000Z, or a time such as 2026-11-29T12:00:00Z",
            "storage: { restoreFrom: { backup: '2026-11-29T12:00:00Z', bucket: { name: abc, region: a } } }"),
        new(Hosted,
            "storage: { bucket: { name: abc, region: a } }\nbackup: { to: { bucket: { name: abc, region: a } } }",
            "spec.backup.to.bucket: \"abc\" is the repository's own location: choose another bucket or prefix",
            "storage: { bucket: { name: abc, region: a } }\n"
                + "backup: { to: { bucket: { name: abc, region: a, prefix: b } } }"),
        new(Hosted, "backup: { to: {} }",
            "spec.backup.to: must have exactly one of bucket and volumeSnapshotClassName",
            "backup: { to: { volumeSnapshotClassName: fast } }"),
        new(Proxy, "backup: { to: { volumeSnapshotClassName: fast, bucket: { name: abc, region: a } } }",
            "spec.backup.to: must have exactly one of bucket and volumeSnapshotClassName",
            "storage: { persistentVolumeClaim: { existingClaim: a } }\n"
                + "backup: { keep: 2, to: { volumeSnapshotClassName: fast.example.com } }"),
        new(Hosted, "backup: { verify: 7d, to: { volumeSnapshotClassName: fast } }",
            "spec.backup.verify: is only for backups in a bucket, because a volume snapshot cannot be read back: leave "
                + "it out",
            "backup: { verify: 7d, to: { bucket: { name: abc, region: a } } }"),
        new(Hosted,
            "storage: { bucket: { name: abc, region: a } }\nbackup: { to: { volumeSnapshotClassName: fast } }",
            "spec.backup.to.volumeSnapshotClassName: requires a volume, which the repository does not have: "
                + "use backup.to.bucket instead",
            "storage: { deletionPolicy: Delete }\nbackup: { to: { volumeSnapshotClassName: fast } }"),
        new(Proxy, "storage: { ephemeral: {} }\nbackup: { to: { volumeSnapshotClassName: fast } }",
            "spec.backup.to.volumeSnapshotClassName: requires a volume, which the repository does not have: "
                + "use backup.to.bucket instead",
            "storage: { persistentVolumeClaim: {} }\nbackup: { to: { volumeSnapshotClassName: fast } }"),
        new(Hosted, "storage: { restoreFrom: {} }",
            "spec.storage.restoreFrom: must have exactly one of bucket and volumeSnapshot",
            "storage: { restoreFrom: { volumeSnapshot: team-20261129t030000z } }"),
        new(Hosted, "storage: { restoreFrom: { volumeSnapshot: a, bucket: { name: abc, region: a } } }",
            "spec.storage.restoreFrom: must have exactly one of bucket and volumeSnapshot",
            "storage: { restoreFrom: { bucket: { name: abc, region: a } } }"),
        new(Hosted, "storage: { restoreFrom: { volumeSnapshot: a, backup: 20261129T030000Z } }",
            "spec.storage.restoreFrom.backup: names a backup in a bucket, but volumeSnapshot names the snapshot itself: "
                + "leave it out",
            "storage: { restoreFrom: { volumeSnapshot: a, backup: latest } }"),
        new(Proxy, "storage: { persistentVolumeClaim: { existingClaim: a }, restoreFrom: { volumeSnapshot: b } }",
            "spec.storage.restoreFrom.volumeSnapshot: fills a new volume: write storage.persistentVolumeClaim, "
                + "without existingClaim",
            "storage: { persistentVolumeClaim: { existingClaim: '' }, restoreFrom: { volumeSnapshot: b } }"),
        new(Hosted, "storage: { bucket: { name: abc, region: a }, restoreFrom: { volumeSnapshot: b } }",
            "spec.storage.restoreFrom.volumeSnapshot: fills a new volume: write storage.persistentVolumeClaim, "
                + "without existingClaim",
            "storage: { persistentVolumeClaim: { size: 1Gi }, restoreFrom: { volumeSnapshot: b } }"),
        new(Hosted, "storage: { persistentVolumeClaim: { size: 0 } }",
            "spec.storage.persistentVolumeClaim.size: is less than 1Mi: write a size such as 10Gi",
            "storage: { persistentVolumeClaim: { size: 1048576 } }"),
        new(Proxy, "server: { autoMemory: { max: 1Gi }, resources: { limits: { memory: 2Gi } } }",
            "spec.server.autoMemory.max: \"1Gi\" is less than the memory in resources: write at least as much",
            "server: { autoMemory: { max: 2Gi }, resources: { limits: { memory: 2Gi } } }"),
        new(Hosted, "server: { autoMemory: { max: 1Gi }, resources: { requests: { memory: 1025Mi } } }",
            "spec.server.autoMemory.max: \"1Gi\" is less than the memory in resources: write at least as much",
            "server: { autoMemory: { max: 1Gi }, resources: { requests: { cpu: 2, memory: 1Gi } } }"),
        new(Hosted, "storage: { persistentVolumeClaim: { autoGrow: { by: 120%, max: 20Gi } } }",
            "spec.storage.persistentVolumeClaim.autoGrow.by: \"120%\" is neither a percentage from 1% to 100% nor a "
                + "size of at least 1Mi, such as 10Gi",
            "storage: { persistentVolumeClaim: { autoGrow: { by: 100%, max: 20Gi } } }"),
        new(Proxy, "storage: { persistentVolumeClaim: { autoGrow: { by: 1000Ki, max: 20Gi } } }",
            "spec.storage.persistentVolumeClaim.autoGrow.by: \"1000Ki\" is neither a percentage from 1% to 100% nor a "
                + "size of at least 1Mi, such as 10Gi",
            "storage: { persistentVolumeClaim: { autoGrow: { at: 50, by: 1Mi, max: 10Gi } } }"),
        new(Hosted, "storage: { persistentVolumeClaim: { autoGrow: { max: 9Gi } } }",
            "spec.storage.persistentVolumeClaim.autoGrow.max: \"9Gi\" is less than size: write at least the size",
            "storage: { persistentVolumeClaim: { size: 9Gi, autoGrow: { max: 9Gi } } }"),
        new(Hosted, "storage: { persistentVolumeClaim: { existingClaim: old, autoGrow: { max: 20Gi } } }",
            "spec.storage.persistentVolumeClaim.autoGrow: is set together with existingClaim, which is used unchanged: "
                + "leave one of them out",
            "storage: { persistentVolumeClaim: { existingClaim: '', autoGrow: { max: 20Gi } } }"),
        new(Hosted, "storage: { persistentVolumeClaim: { storageClassName: Fast } }",
            "spec.storage.persistentVolumeClaim.storageClassName: \"Fast\" is not a storage class name: use "
                + "lowercase letters, digits, '-' and '.', and start and end each part between dots with a letter or "
                + "digit",
            "storage: { persistentVolumeClaim: { storageClassName: '' } }"),
        new(Hosted, "storage: { bucket: { name: a..b, region: eu } }",
            "spec.storage.bucket.name: \"a..b\" is not a bucket name: use 3 to 63 lowercase letters, digits, '-' and "
                + "(except on Azure) '.', and start and end with a letter or digit; an IP address is not allowed",
            "storage: { bucket: { name: a.b, region: eu } }"),
        new(Hosted, "storage: { bucket: { provider: Azure, name: a.b, endpoint: 'https://a.example.com' } }",
            "spec.storage.bucket.name: \"a.b\" is not a bucket name: use 3 to 63 lowercase letters, digits, '-' and "
                + "(except on Azure) '.', and start and end with a letter or digit; an IP address is not allowed",
            "storage: { bucket: { provider: GCS, name: a_b } }"),
        new(Hosted, "storage: { bucket: { name: 10.0.0.1, region: eu } }",
            "spec.storage.bucket.name: \"10.0.0.1\" is not a bucket name: use 3 to 63 lowercase letters, digits, '-' "
                + "and (except on Azure) '.', and start and end with a letter or digit; an IP address is not allowed",
            "storage: { bucket: { name: v10.0.0.1, region: eu } }"),
        new(Hosted, "storage: { bucket: { name: team-a } }",
            "spec.storage.bucket.region: is required for an AWS bucket (S3 without an endpoint)",
            "storage: { bucket: { name: team-a, endpoint: 'http://minio.minio:9000' } }"),
        new(Hosted, "storage: { bucket: { name: team-a, provider: Azure } }",
            "spec.storage.bucket.endpoint: is required for Azure: write the URL of the account, such as "
                + "https://ACCOUNT.blob.core.windows.net",
            "storage: { bucket: { name: team-a, provider: GCS } }"),
        new(Hosted, "storage: { bucket: { name: team-a, endpoint: 'http://minio/team-a' } }",
            "spec.storage.bucket.endpoint: \"http://minio/team-a\" is not an http or https URL without a path",
            "storage: { bucket: { name: team-a, endpoint: 'http://minio/' } }"),
        new(Hosted, "storage: { bucket: { name: team-a, region: 'eu west' } }",
            "spec.storage.bucket.region: \"eu west\" is not a region name: use letters, digits, '-' and '_'",
            "storage: { bucket: { name: team-a, region: eu-west-1, prefix: '' } }"),
        new(Hosted, "storage: { bucket: { name: team-a, region: eu, prefix: ../b } }",
            "spec.storage.bucket.prefix: \"../b\" is not a prefix: use letters, digits and ._=+@~-, separate parts "
                + "with '/', and do not start a part with '.'",
            "storage: { bucket: { name: team-a, region: eu, prefix: a/b.c/ } }"),
        new(Hosted, "storage: { bucket: { name: team-a, region: eu, credentialsSecretRef: { name: S3 } } }",
            "spec.storage.bucket.credentialsSecretRef.name: \"S3\" is not an object name: use lowercase letters, "
                + "digits, '-' and '.', and start and end each part between dots with a letter or digit",
            "storage: { bucket: { name: team-a, region: eu, credentialsSecretRef: { name: s3.keys } } }"),
        new(Hosted, "storage: { bucket: { region: a } }",
            "spec.storage.bucket: must have exactly one of name and claimRef",
            "storage: { bucket: { claimRef: { name: team-a } } }"),
        new(Proxy, "storage: { bucket: { name: team-a, claimRef: { name: team-a } } }",
            "spec.storage.bucket: must have exactly one of name and claimRef",
            "storage: { bucket: { claimRef: { kind: ObjectBucketClaim, name: team-a }, prefix: a } }"),
        .. from field in (string[])
               ["endpoint: 'http://rgw'", "region: a", "credentialsSecretRef: { name: a }", "create: true"]
           select new Case(Hosted, $"storage: {{ bucket: {{ claimRef: {{ name: team-a }}, {field} }} }}",
               "spec.storage.bucket.claimRef: says where the bucket is and has its keys: leave out endpoint, region, "
                   + "credentialsSecretRef and create",
               "storage: { bucket: { claimRef: { name: team-a }, endpoint: '', region: '', create: false, "
                   + "caBundleRef: { name: ca, key: ca.crt }, downloads: Redirect } }"),
        new(Hosted, "storage: { bucket: { provider: GCS, claimRef: { name: team-a } } }",
            "spec.storage.bucket.claimRef: is only for S3: leave provider out",
            "storage: { bucket: { provider: S3, claimRef: { name: team-a } } }"),
        new(Hosted,
            "storage: { bucket: { claimRef: { name: A } } }",
            "spec.storage.bucket.claimRef.name: \"A\" is not an object name: use lowercase letters, "
                + "digits, '-' and '.', and start and end each part between dots with a letter or digit",
            "storage: { bucket: { claimRef: { name: a } } }\nbackup: { to: { bucket: { name: abc, region: a } } }"),
        new(Hosted,
            "storage: { bucket: { provider: GCS, name: team-a, credentialsSecretRef: { name: a, keys: {} } } }",
            "spec.storage.bucket.credentialsSecretRef.keys: is only for S3: leave it out",
            "storage: { bucket: { name: team-a, region: eu, credentialsSecretRef: { name: a, keys: {} } } }"),
        new(Hosted,
            "storage: { bucket: { name: abc, region: a, credentialsSecretRef: { name: a, keys: "
                + "{ accessKeyId: a/b } } } }",
            "spec.storage.bucket.credentialsSecretRef.keys.accessKeyId: \"a/b\" is not a key of a Secret",
            "storage: { bucket: { name: abc, region: a, credentialsSecretRef: { name: a, keys: "
                + "{ accessKeyId: .a_B } } } }"),
        new(Proxy,
            "backup: { to: { bucket: { provider: GCS, name: abc, credentialsSecretRef: { name: a, keys: "
                + "{ accessKeyId: b } } } } }",
            "spec.backup.to.bucket.credentialsSecretRef.keys: is only for S3: leave it out",
            "backup: { to: { bucket: { name: abc, region: a, credentialsSecretRef: { name: a, keys: "
                + "{ accessKeyId: b, secretAccessKey: c_D.e-f } } } } }"),
        new(Hosted, "storage: { bucket: { provider: GCS, name: team-a, addressing: Path } }",
            "spec.storage.bucket.addressing: is only for S3: leave it out",
            "storage: { bucket: { provider: GCS, name: team-a, addressing: Auto } }"),
        new(Hosted, "storage: { bucket: { provider: GCS, name: team-a, encryption: { algorithm: AES256 } } }",
            "spec.storage.bucket.encryption: is only for S3: leave it out, and configure the encryption of the bucket "
                + "itself",
            "storage: { bucket: { name: team-a, region: eu, encryption: { algorithm: AES256, kmsKeyId: '' } } }"),
        new(Hosted,
            "storage: { bucket: { name: team-a, region: eu, encryption: { algorithm: AES256, kmsKeyId: a } } }",
            "spec.storage.bucket.encryption.kmsKeyId: is only for the algorithm KMS: leave it out, or use KMS",
            "storage: { bucket: { name: team-a, region: eu, encryption: { algorithm: KMS } } }"),
        new(Hosted,
            "storage: { bucket: { name: team-a, region: eu, encryption: { algorithm: KMS, kmsKeyId: 'a b' } } }",
            "spec.storage.bucket.encryption.kmsKeyId: \"a b\" is not the ID, alias or ARN of a key",
            "storage: { bucket: { name: a.b, region: eu, "
                + "encryption: { algorithm: KMS, kmsKeyId: 'arn:aws:k/1-2' } } }"),
        new(Hosted, "server: { serviceAccountAnnotations: { 'a b': c } }",
            "spec.server.serviceAccountAnnotations: \"a b\" is not an annotation name: use at most 63 letters, digits, "
                + "'-', '_' and '.', optionally after a domain and '/'",
            "server: { serviceAccountAnnotations: { eks.amazonaws.com/role-arn: 'arn:aws:iam::1:role/a' } }"),
        new(Hosted, "server: { serviceAccountAnnotations: { pyrepo.dev/a: c } }",
            "spec.server.serviceAccountAnnotations: \"pyrepo.dev/a\" is PyRepo's own: use a key of another domain",
            "server: { serviceAccountAnnotations: { example.com/pyrepo.dev: '' } }"),
        new(Hosted, "retention: { keepDevReleasesFor: 0d }",
            "spec.retention.keepDevReleasesFor: is zero: write a duration such as 30s, 1h30m or 7d",
            "retention: { keepDevReleasesFor: 1ms }"),
        new(Hosted, "access: { grants: [ { to: [ {} ], role: Reader } ] }",
            "spec.access.grants[0].to[0]: must set exactly one of anyone, authenticated, user, group, serviceAccount "
                + "and identity",
            "access: { grants: [ { to: [ { anyone: {} }, { user: a } ], role: Reader } ] }"),
        new(Hosted, "access: { grants: [ { to: [ { anyone: {}, user: a } ], role: Reader } ] }",
            "spec.access.grants[0].to[0]: must set exactly one of anyone, authenticated, user, group, serviceAccount "
                + "and identity",
            "access: { grants: [] }"),
        new(Hosted, "access: { grants: [ { to: [ { user: 'a:b' } ], role: Reader } ] }",
            "spec.access.grants[0].to[0].user: \"a:b\" is not a user or group name: do not use ':', white space or "
                + "control characters",
            "access: { grants: [ { to: [ { user: 'ä@example.com' } ], role: Reader } ] }"),
        new(Hosted, "access: { grants: [ { to: [ { user: a } ], role: Reader, projects: [ 'a b' ] } ] }",
            "spec.access.grants[0].projects[0]: \"a b\" is not a project name: use letters, digits, '-', '_' and "
                + "'.'; '*' matches any characters",
            "access: { grants: [ { to: [ { user: a } ], role: Reader, projects: [ '*', A.b_c-* ] } ] }"),
        new(Hosted, "access: { identityProviders: [ { name: Git, issuer: 'https://a', audience: a } ] }",
            "spec.access.identityProviders[0].name: \"Git\" is not a DNS label: use lowercase letters, digits and "
                + "'-', and start and end with a letter or digit",
            "access: { identityProviders: [ { name: git, issuer: 'https://a', audience: a } ] }"),
        new(Hosted, "access: { identityProviders: [ { name: a, issuer: 'http://example.com', audience: a } ] }",
            "spec.access.identityProviders[0].issuer: \"http://example.com\" is not an https URL (http is allowed "
                + "only for localhost)",
            "access: { identityProviders: [ { name: a, issuer: 'http://localhost:8080/a', audience: a } ] }"),
        new(Hosted, """
            access:
              identityProviders:
              - { name: a, issuer: 'https://a', audience: a }
              - { name: a, issuer: 'https://b', audience: a }
            """,
            "spec.access.identityProviders: \"a\" is the name of more than one identity provider",
            """
            access:
              identityProviders:
              - { name: a, issuer: 'https://a', audience: a }
              - { name: b, issuer: 'https://b', audience: a }
            """),
        new(Hosted, """
            access:
              identityProviders: [ { name: a, issuer: 'https://a', audience: a } ]
              grants: [ { to: [ { identity: { provider: b, claims: { c: d } } } ], role: Reader } ]
            """,
            "spec.access.grants: \"b\" is not the name of an entry in identityProviders",
            """
            access:
              identityProviders: [ { name: b, issuer: 'https://a', audience: a } ]
              grants: [ { to: [ { identity: { provider: b, claims: { c: d } } } ], role: Reader } ]
            """),
        new(Hosted, "access: { grants: [ { to: [ { serviceAccount: { name: a } } ], role: Reader } ] }",
            "spec.access.serviceAccounts: is required because a grant names a ServiceAccount: write serviceAccounts: "
                + "{} to accept ServiceAccount tokens",
            "access: { serviceAccounts: {}, grants: [ { to: [ { serviceAccount: { name: a } } ], role: Reader } ] }"),
        new(Hosted, "ingress: { host: a.example }\ngateway: { parentRefs: [ { name: a } ], hostnames: [ a.example ] }",
            "spec.gateway: is set together with ingress: choose one of them",
            "gateway: { parentRefs: [ { name: a } ], hostnames: [ a.example ] }"),
        new(Hosted, "ingress: { host: A.example }",
            "spec.ingress.host: \"A.example\" is not a host name: use lowercase labels of letters, digits and '-', "
                + "separated by dots; an IP address is not allowed",
            "ingress: { host: a }"),
        new(Hosted, "ingress: { host: a.example, path: simple }",
            "spec.ingress.path: \"simple\" is not an absolute path: start with '/', use letters, digits, '.', '_', "
                + "'~' and '-', and do not use parts that are only dots",
            "ingress: { host: a.example, path: /python/simple/ }"),
        new(Hosted, "ingress: { host: a.example, annotations: { 'a b': c } }",
            "spec.ingress.annotations: \"a b\" is not an annotation name: use at most 63 letters, digits, '-', '_' "
                + "and '.', optionally after a domain and '/'",
            "ingress: { host: a.example, annotations: { example.com/a_b: '', plain: c } }"),
        new(Hosted, "server: { image: 'a b' }",
            "spec.server.image: \"a b\" is not a container image name such as registry.example.com/pyrepo:1.0",
            "server: { image: 'registry.example.com:5000/a/b:1.0' }"),
        new(Hosted, "server: { replicas: 2 }",
            "spec.server.replicas: is more than 1, which requires storage.bucket: only one pod can write to a volume",
            "server: { replicas: 2 }\nstorage: { bucket: { name: team-a, region: eu } }"),
        new(Proxy, "upstream: { probe: 'a-*' }",
            "spec.upstream.probe: \"a-*\" is not a project name: use letters, digits, '-', '_' and '.', and start and "
                + "end with a letter or digit",
            "upstream: { probe: A.b_c }"),
        new(Proxy, "server: { replicas: 2 }\nstorage: { ephemeral: {} }",
            "spec.server.replicas: is more than 1, which requires storage.bucket: only one pod can write to a volume",
            "server: { replicas: 1 }"),
        new(Group, "members: [ { kind: ProxyRepository, name: a } ]\nserver: { replicas: 0 }",
            "spec.server.replicas: 0 is not between 1 and 100",
            "members: [ { kind: ProxyRepository, name: a } ]\nserver: { replicas: 9 }"),
        new(Hosted, "server: { resources: { requests: { cpu: 2 }, limits: { cpu: 1500m } } }",
            "spec.server.resources.requests: \"cpu\" exceeds its limit",
            "server: { resources: { requests: { cpu: 1500m }, limits: { cpu: 2 } } }"),
        new(Hosted, "server: { tolerations: [ { operator: Equal, value: a } ] }",
            "spec.server.tolerations[0].key: is required unless the operator is Exists",
            "server: { tolerations: [ { operator: Exists } ] }"),
        new(Hosted, "server: { tolerations: [ { key: a, operator: Exists, value: b } ] }",
            "spec.server.tolerations[0].value: \"b\" is not allowed with operator Exists: leave it out",
            "server: { tolerations: [ { key: a, value: b } ] }"),
        new(Hosted, "server: { tolerations: [ { key: a, effect: NoSchedule, tolerationSeconds: 5 } ] }",
            "spec.server.tolerations[0].tolerationSeconds: is only allowed with effect NoExecute",
            "server: { tolerations: [ { key: a, effect: NoExecute, tolerationSeconds: 5 } ] }"),
        new(Proxy, "policy: { advisories: { source: 'ftp://x/all.zip', action: Block } }",
            "spec.policy.advisories.source: \"ftp://x/all.zip\" is not an http, https or file URL",
            "policy: { advisories: { source: 'file:///srv/all.zip', action: Block } }"),
        new(Proxy, "policy: { advisories: { action: Block } }",
            "spec.policy.advisories.source: is required without ownRef",
            "policy: { advisories: { ownRef: { name: ours }, action: Block } }"),
        new(Hosted, "advisories: { refresh: 1h }",
            "spec.advisories.source: is required without ownRef",
            "advisories: { source: 'https://x/all.zip' }"),
        new(Hosted, Attested("kind: Google, email: a@b", verify: "Off"),
            "spec.attestations.require: has no effect with verify Off: use Report or Require, or leave require out",
            "attestations: { verify: 'Off', require: [] }"),
        new(Hosted, "attestations: { require: [ { projects: [ 'a b' ], "
            + "publishers: [ { kind: Google, email: a@b } ] } ] }",
            "spec.attestations.require[0].projects[0]: \"a b\" is not a project name: use letters, digits, '-', '_' "
                + "and '.'; '*' matches any characters",
            "attestations: { require: [ { projects: [ '*', A.b_c-* ], "
                + "publishers: [ { kind: Google, email: a@b } ] } ] }"),
        new(Hosted, "attestations: { trustedRootRef: { name: Root } }",
            "spec.attestations.trustedRootRef.name: \"Root\" is not an object name: use lowercase letters, digits, '-' "
                + "and '.', and start and end each part between dots with a letter or digit",
            "attestations: { trustedRootRef: { name: root } }"),
        new(Hosted, Attested("kind: GitHub"),
            $"{Publisher}.repository: is required for GitHub and GitLab: write OWNER/NAME",
            Attested("kind: GitHub, repository: acme/.github")),
        new(Hosted, Attested("kind: GitLab, workflow: a"),
            $"{Publisher}.repository: is required for GitHub and GitLab: write OWNER/NAME",
            Attested("kind: GitLab, repository: a/b/c/d")),
        new(Hosted, Attested("kind: GitLab, repository: 'https://gitlab.com/a/b'"),
            $"{Publisher}.repository: \"https://gitlab.com/a/b\" is not a repository: {RepositoryForm}",
            Attested("kind: GitLab, repository: a/b")),
        new(Hosted, Attested("kind: GitHub, repository: 'a/b c'"),
            $"{Publisher}.repository: \"a/b c\" is not a repository: {RepositoryForm}",
            Attested("kind: GitHub, repository: A_1.-/b")),
        new(Hosted, Attested("kind: GitHub, repository: acme"),
            $"{Publisher}.repository: \"acme\" is not a repository: {RepositoryForm}",
            Attested("kind: GitHub, repository: acme/a")),
        new(Hosted, Attested("kind: GitLab, repository: a/b/"),
            $"{Publisher}.repository: \"a/b/\" is not a repository: {RepositoryForm}",
            Attested("kind: GitLab, repository: a/b/c")),
        new(Hosted, Attested("kind: GitHub, repository: a/b/c"),
            $"{Publisher}.repository: \"a/b/c\" is not a repository of GitHub: use OWNER/NAME",
            Attested("kind: GitHub, repository: a/b.c")),
        new(Hosted, Attested("kind: GitHub, repository: a/b, workflow: .github/workflows/a.yml"),
            $"{Publisher}.workflow: \".github/workflows/a.yml\" is not the name of a file: use that of the workflow "
                + "without its folder, such as release.yml",
            Attested("kind: GitLab, repository: a/b, workflow: ci/.gitlab-ci.yml")),
        new(Hosted, Attested("kind: GitHub, repository: a/b, email: a@b"),
            $"{Publisher}.email: is only for Google: leave it out",
            Attested("kind: GitHub, repository: a/b, workflow: a.yml, environment: prod/eu 1")),
        new(Hosted, Attested("kind: Google"),
            $"{Publisher}.email: is required for Google: write the email address of the account",
            Attested("kind: Google, email: a+b@c.example")),
        new(Hosted, Attested("kind: Google, email: a@b@c"),
            $"{Publisher}.email: \"a@b@c\" is not an email address: {EmailForm}",
            Attested("kind: Google, email: a@b.c")),
        new(Hosted, Attested("kind: Google, email: 'a b@c'"),
            $"{Publisher}.email: \"a b@c\" is not an email address: {EmailForm}",
            Attested("kind: Google, email: '!?A~@c'")),
        new(Hosted, Attested("kind: Google, email: a@b, repository: a/b"),
            $"{Publisher}.repository: is only for GitHub and GitLab: leave it out",
            Attested("kind: GitLab, repository: a/b")),
        new(Hosted, Attested("kind: Google, email: a@b, workflow: a/b"),
            $"{Publisher}.workflow: is only for GitHub and GitLab: leave it out",
            Attested("kind: GitLab, repository: a/b, workflow: a/b")),
        new(Hosted, Attested("kind: Google, email: a@b, environment: c"),
            $"{Publisher}.environment: is only for GitHub and GitLab: leave it out",
            Attested("kind: GitLab, repository: a/b, environment: c")),
        new(Proxy, "policy: { provenance: { require: [ { projects: [ 'a b' ], "
            + "publishers: [ { kind: Google, email: a@b } ] } ] } }",
            "spec.policy.provenance.require[0].projects[0]: \"a b\" is not a project name: use letters, digits, '-', "
                + "'_' and '.'; '*' matches any characters",
            "policy: { provenance: { require: [ { projects: [ a* ], "
                + "publishers: [ { kind: Google, email: a@b } ] } ] } }"),
        new(Proxy, "upstream: { url: 'ftp://x' }",
            "spec.upstream.url: \"ftp://x\" is not an http or https URL",
            "upstream: { url: 'http://x' }"),
        new(Proxy, "upstream: { url: 'https://me:secret@example.com/simple/' }",
            "spec.upstream.url: \"https://…@example.com/simple/\" contains a user name or password: put them in the "
                + "Secret that credentialsSecretRef names",
            "upstream: { url: 'https://example.com/~me@home/simple/' }"),
        new(Proxy, "upstream: { caBundleRef: { name: ca, key: a/b } }",
            "spec.upstream.caBundleRef.key: \"a/b\" is not a key of a Secret or ConfigMap: use letters, digits, '-', "
                + "'_' and '.'; '.' alone and '..' at the start are not allowed",
            "upstream: { caBundleRef: { name: ca, key: ca.crt } }"),
        new(Proxy, "mirror: { interval: 1h }",
            "spec.mirror: requires mode Mirror: write mode: Mirror, or leave mirror out",
            "mode: Mirror\nmirror: { interval: 1h }"),
        new(Proxy, "policy: { allow: [ 'requests 2' ] }",
            "spec.policy.allow[0]: \"requests 2\" is not a requirement: write a project name ('*' matches any "
                + "characters), optionally with versions such as >=2,<3; '*' only ends the version of '==' or '!=', "
                + "after a dot, and that of '~=' has a dot",
            "policy: { allow: [ 'requests>=2' ] }"),
        new(Proxy, "policy: { allow: [ 'idna~=3' ] }",
            "spec.policy.allow[0]: \"idna~=3\" is not a requirement: write a project name ('*' matches any "
                + "characters), optionally with versions such as >=2,<3; '*' only ends the version of '==' or '!=', "
                + "after a dot, and that of '~=' has a dot",
            "policy: { allow: [ 'idna~=3.0' ] }"),
        new(Group, "members: [ { kind: PythonRepository, name: a }, { kind: ProxyRepository, name: a } ]",
            "spec.members: \"a\" is listed more than once",
            "members: [ { kind: PythonRepository, name: a }, { kind: ProxyRepository, name: b } ]"),
        new(Group, "members: [ { kind: PythonRepository, name: sample } ]",
            "spec.members: \"sample\" is the group itself: a group cannot be its own member",
            "members: [ { kind: PythonRepository, name: sample-2 } ]"),
        new(Group, "members: [ { kind: ProxyRepository, name: a } ]\nuploadTo: a",
            "spec.uploadTo: \"a\" is not the name of a member of kind PythonRepository",
            "members: [ { kind: PythonRepository, name: a } ]\nuploadTo: a"),
        new(Hosted, "retention: { keepDevReleasesFor: 99999999999999999999d }",
            "spec.retention.keepDevReleasesFor: \"99999999999999999999d\" is not a duration such as 30s, 1h30m or 7d",
            "retention: { keepDevReleasesFor: 99999d }"),
        new(Hosted, "retention: { keepDevReleasesFor: 100000d }",
            "spec.retention.keepDevReleasesFor: \"100000d\" is not a duration such as 30s, 1h30m or 7d",
            "retention: { keepDevReleasesFor: 9999w }"),
        new(Hosted, "retention: { keepDevReleasesFor: 1d99999999h }",
            "spec.retention.keepDevReleasesFor: \"1d99999999h\" is not a duration such as 30s, 1h30m or 7d",
            "retention: { keepDevReleasesFor: 9999999h }"),
        new(Proxy, "policy: { asOf: '2026-01-01T00:00:00+25:00' }",
            "spec.policy.asOf: \"2026-01-01T00:00:00+25:00\" is not an RFC 3339 time such as 2026-01-01T00:00:00Z",
            "policy: { asOf: '2026-01-01T00:00:00+14:00' }"),
        new(Proxy, "policy: { asOf: '9999-12-31T23:59:59-01:00' }",
            "spec.policy.asOf: \"9999-12-31T23:59:59-01:00\" is not an RFC 3339 time such as 2026-01-01T00:00:00Z",
            "policy: { asOf: '8999-12-31T23:59:59.123-13:59' }"),
        new(Proxy, "policy: { asOf: '0000-01-01T00:00:00Z' }",
            "spec.policy.asOf: \"0000-01-01T00:00:00Z\" is not an RFC 3339 time such as 2026-01-01T00:00:00Z",
            "policy: { asOf: '2024-02-29t00:00:00z' }"),
        new(Proxy, "policy: { asOf: '2026-02-29T00:00:00Z' }",
            "spec.policy.asOf: \"2026-02-29T00:00:00Z\" is not an RFC 3339 time such as 2026-01-01T00:00:00Z",
            "policy: { asOf: '2000-02-29T00:00:00Z' }"),
        new(Proxy, "policy: { asOf: '2100-02-29T00:00:00Z' }",
            "spec.policy.asOf: \"2100-02-29T00:00:00Z\" is not an RFC 3339 time such as 2026-01-01T00:00:00Z",
            "policy: { asOf: '2026-02-28T23:59:59Z' }"),
        new(Proxy, "policy: { asOf: '2026-04-31T00:00:00Z' }",
            "spec.policy.asOf: \"2026-04-31T00:00:00Z\" is not an RFC 3339 time such as 2026-01-01T00:00:00Z",
            "policy: { asOf: '2026-04-30T00:00:00Z' }"),
        new(Proxy, "policy: { asOf: '2026-01-01T24:00:00Z' }",
            "spec.policy.asOf: \"2026-01-01T24:00:00Z\" is not an RFC 3339 time such as 2026-01-01T00:00:00Z",
            "policy: { asOf: '2026-12-31T23:00:00Z' }"),
        new(Hosted, "storage: { persistentVolumeClaim: { size: -1Gi } }",
            "spec.storage.persistentVolumeClaim.size: \"-1Gi\" is not a quantity such as 10Gi, 500M or 1.5Gi",
            "storage: { persistentVolumeClaim: { size: +1Gi } }"),
        new(Hosted, "storage: { persistentVolumeClaim: { size: -1 } }",
            "spec.storage.persistentVolumeClaim.size: \"-1\" is not a quantity such as 10Gi, 500M or 1.5Gi",
            "storage: { persistentVolumeClaim: { size: '1e9' } }"),
        new(Hosted, "storage: { persistentVolumeClaim: { size: 1n } }",
            "spec.storage.persistentVolumeClaim.size: is less than 1Mi: write a size such as 10Gi",
            "storage: { persistentVolumeClaim: { size: 1Mi } }"),
        new(Hosted, "uploads: { maxFileSize: 0 }",
            "spec.uploads.maxFileSize: is zero: write a quantity such as 10Gi, 500M or 1.5Gi",
            "uploads: { maxFileSize: 1 }"),
        new(Hosted, "storage: { persistentVolumeClaim: { storageClassName: a..b } }",
            "spec.storage.persistentVolumeClaim.storageClassName: \"a..b\" is not a storage class name: use "
                + "lowercase letters, digits, '-' and '.', and start and end each part between dots with a letter or "
                + "digit",
            "storage: { persistentVolumeClaim: { storageClassName: a.b } }"),
        new(Hosted, "storage: { persistentVolumeClaim: { accessModes: [ReadWriteOncePod, ReadWriteMany] } }",
            "spec.storage.persistentVolumeClaim.accessModes: combines ReadWriteOncePod with other modes: use it "
                + "alone, or leave it out",
            "storage: { persistentVolumeClaim: { accessModes: [ReadWriteOncePod] } }"),
        new(Hosted, "ingress: { host: 1.2.3.4 }",
            "spec.ingress.host: \"1.2.3.4\" is not a host name: use lowercase labels of letters, digits and '-', "
                + "separated by dots; an IP address is not allowed",
            "ingress: { host: 1.2.3.4a }"),
        new(Hosted, "ingress: { host: a.1 }",
            "spec.ingress.host: \"a.1\" is not a host name: use lowercase labels of letters, digits and '-', "
                + "separated by dots; an IP address is not allowed",
            "ingress: { host: 1.a }"),
        new(Hosted, "ingress: { host: a..b }",
            "spec.ingress.host: \"a..b\" is not a host name: use lowercase labels of letters, digits and '-', "
                + "separated by dots; an IP address is not allowed",
            "ingress: { host: 1-2.a-1 }"),
        new(Hosted, "ingress: { host: a, path: /../x }",
            "spec.ingress.path: \"/../x\" is not an absolute path: start with '/', use letters, digits, '.', '_', "
                + "'~' and '-', and do not use parts that are only dots",
            "ingress: { host: a, path: /a..b/.x }"),
        new(Hosted, "ingress: { host: a, path: /a/. }",
            "spec.ingress.path: \"/a/.\" is not an absolute path: start with '/', use letters, digits, '.', '_', '~' "
                + "and '-', and do not use parts that are only dots",
            "ingress: { host: a, path: /a. }"),
        new(Hosted, "ingress: { host: a, path: /a//b }",
            "spec.ingress.path: \"/a//b\" is not an absolute path: start with '/', use letters, digits, '.', '_', "
                + "'~' and '-', and do not use parts that are only dots",
            "ingress: { host: a, path: /a/b/ }"),
        new(Hosted, "ingress: { host: a, tls: { secretName: a..b } }",
            "spec.ingress.tls.secretName: \"a..b\" is not an object name: use lowercase letters, digits, '-' and "
                + "'.', and start and end each part between dots with a letter or digit",
            "ingress: { host: a, tls: { secretName: a.b } }"),
        new(Hosted, "ingress: { host: a, annotations: { "
            + "a.b/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: c } }",
            "spec.ingress.annotations: \"a.b/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" is "
                + "not an annotation name: use at most 63 letters, digits, '-', '_' and '.', optionally after a "
                + "domain and '/'",
            "ingress: { host: a, annotations: { a.b/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: "
                + "c } }"),
        new(Hosted, "server: { nodeSelector: { 'a b': c } }",
            "spec.server.nodeSelector: \"a b\" is not a label key: use at most 63 letters, digits, '-', '_' and '.', "
                + "optionally after a domain and '/'",
            "server: { nodeSelector: { a.b/c_d: e } }"),
        new(Hosted, "server: { nodeSelector: { a: 'b c' } }",
            "spec.server.nodeSelector: \"b c\" is not a label value: use at most 63 letters, digits, '-', '_' and "
                + "'.', and start and end with a letter or digit",
            "server: { nodeSelector: { a: '', b: C_d.e } }"),
        new(Hosted, "server: { tolerations: [ { key: 'a b', operator: Exists } ] }",
            "spec.server.tolerations[0].key: \"a b\" is not a taint key: use at most 63 letters, digits, '-', '_' "
                + "and '.', optionally after a domain and '/'",
            "server: { tolerations: [ { key: a.b/c, operator: Exists } ] }"),
        new(Hosted, "server: { tolerations: [ { key: a, value: 'b c' } ] }",
            "spec.server.tolerations[0].value: \"b c\" is not a taint value: use at most 63 letters, digits, '-', "
                + "'_' and '.', and start and end with a letter or digit",
            "server: { tolerations: [ { key: a, value: '' } ] }"),
        new(Hosted, "server: { resources: { limits: { gpu: 1 } } }",
            "spec.server.resources.limits: \"gpu\" is not a resource name: use cpu, memory, ephemeral-storage, or a "
                + "domain and a name such as example.com/gpu",
            "server: { resources: { limits: { example.com/gpu: 1, cpu: 1, memory: 1Gi, ephemeral-storage: 1Gi } } }"),
        new(Hosted, "server: { resources: { limits: { memory: 1G }, requests: { memory: 1Gi } } }",
            "spec.server.resources.requests: \"memory\" exceeds its limit",
            "server: { resources: { limits: { memory: 1Gi }, requests: { memory: 1G } } }"),
        new(Hosted, "server: { resources: { limits: { memory: 2GB } } }",
            "spec.server.resources.limits.memory: \"2GB\" is not a quantity such as 10Gi, 500M or 1.5Gi",
            "server: { resources: { limits: { memory: 2G } } }"),
        new(Hosted, "server: { image: 'a::b' }",
            "spec.server.image: \"a::b\" is not a container image name such as registry.example.com/pyrepo:1.0",
            "server: { image: 'a:b' }"),
        new(Hosted, "server: { image: 'A/b:c:d' }",
            "spec.server.image: \"A/b:c:d\" is not a container image name such as registry.example.com/pyrepo:1.0",
            "server: { image: 'A.example:5000/b/c__d' }"),
        new(Hosted, "server: { image: 'a/' }",
            "spec.server.image: \"a/\" is not a container image name such as registry.example.com/pyrepo:1.0",
            "server: { image: 'a/b@sha256:0000000000000000000000000000000000000000000000000000000000000000' }"),
        new(Hosted, "server: { priorityClassName: system-node-critical }",
            "spec.server.priorityClassName: \"system-node-critical\" is reserved for the cluster's own pods: use "
                + "another PriorityClass",
            "server: { priorityClassName: '' }"),
        new(Hosted, "server: { imagePullSecrets: [ { name: A } ] }",
            "spec.server.imagePullSecrets[0].name: \"A\" is not an object name: use lowercase letters, digits, '-' and "
                + "'.', and start and end each part between dots with a letter or digit",
            "server: { imagePullSecrets: [ { name: a } ] }"),
        new(Hosted, "server: { podLabels: { pyrepo.dev/kind: a } }",
            "spec.server.podLabels: \"pyrepo.dev/kind\" is PyRepo's own: use a key of another domain",
            "server: { podLabels: { example.com/pyrepo.dev: a } }"),
        new(Group,
            "members: [ { kind: PythonRepository, name: a } ]\nserver: { podAnnotations: { a.pyrepo.dev/b: c } }",
            "spec.server.podAnnotations: \"a.pyrepo.dev/b\" is PyRepo's own: use a key of another domain",
            "members: [ { kind: PythonRepository, name: a } ]\nserver: { podAnnotations: { notpyrepo.dev/b: c } }"),
        new(Hosted, $"server: {{ affinity: {{ {Antiaffinity}[ {{ topologyKey: 'a b' }} ] }} }} }}",
            $"spec.server.affinity.{AntiaffinityPath}[0].topologyKey: \"a b\" is not a label key: use at most 63 "
                + "letters, digits, '-', '_' and '.', optionally after a domain and '/'",
            $"server: {{ affinity: {{ {Antiaffinity}[ {{ topologyKey: a.b/c }} ] }} }} }}"),
        new(Hosted, NodeTerm("key: a, operator: In, values: [ 'b c' ]"),
            $"{NodeTermPath}.values[0]: \"b c\" is not a label value: use at most 63 letters, digits, '-', '_' and "
                + "'.', and start and end with a letter or digit",
            NodeTerm("key: a, operator: In, values: [ '' ]")),
        new(Hosted, NodeTerm("key: a, operator: NotIn"),
            $"{NodeTermPath}.values: is empty, but the operators In and NotIn need a value",
            NodeTerm("key: a, operator: NotIn, values: [ b ]")),
        new(Hosted, NodeTerm("key: a, operator: DoesNotExist, values: [ b ]"),
            $"{NodeTermPath}.values: is not allowed with the operators Exists and DoesNotExist: leave it out",
            NodeTerm("key: a, operator: DoesNotExist, values: []")),
        new(Hosted, NodeTerm("key: a, operator: Gt, values: [ '1', '2' ]"),
            $"{NodeTermPath}.values: is not one whole number, which the operators Gt and Lt need",
            NodeTerm("key: a, operator: Gt, values: [ '1' ]")),
        new(Hosted, Spread("labelSelector: { matchExpressions: [ { key: a, operator: In } ] }"),
            $"{SpreadPath}[0].labelSelector.matchExpressions[0].values: is empty, but the operators In and NotIn need "
                + "a value",
            Spread("labelSelector: { matchExpressions: [ { key: a, operator: Exists } ] }")),
        new(Hosted, Spread("labelSelector: { matchLabels: { a: b/c } }"),
            $"{SpreadPath}[0].labelSelector.matchLabels: \"b/c\" is not a label value: use at most 63 letters, digits, "
                + "'-', '_' and '.', and start and end with a letter or digit",
            Spread("labelSelector: {}")),
        new(Hosted, Spread("minDomains: 2"),
            $"{SpreadPath}[0].minDomains: is only allowed with whenUnsatisfiable DoNotSchedule",
            Spread("minDomains: 2").Replace("ScheduleAnyway", "DoNotSchedule", StringComparison.Ordinal)),
        new(Hosted,
            Spread("nodeTaintsPolicy: Honor }, { maxSkew: 2, topologyKey: a, whenUnsatisfiable: ScheduleAnyway"),
            $"{SpreadPath}: has two constraints with the same topologyKey and whenUnsatisfiable: leave one out",
            Spread("nodeTaintsPolicy: Honor }, { maxSkew: 2, topologyKey: b, whenUnsatisfiable: ScheduleAnyway")),
        new(Proxy, "upstream: { caBundleRef: { name: ca, key: .. } }",
            "spec.upstream.caBundleRef.key: \"..\" is not a key of a Secret or ConfigMap: use letters, digits, '-', "
                + "'_' and '.'; '.' alone and '..' at the start are not allowed",
            "upstream: { caBundleRef: { name: ca, key: .a..b } }"),
        new(Proxy, "upstream: { url: 'https://a:0/' }",
            "spec.upstream.url: \"https://a:0/\" is not an http or https URL",
            "upstream: { url: 'https://a:1/' }"),
        new(Proxy, "upstream: { url: 'https://a:99999/' }",
            "spec.upstream.url: \"https://a:99999/\" is not an http or https URL",
            "upstream: { url: 'https://a:65535/' }"),
        new(Proxy, "upstream: { url: 'https://[:::::]/' }",
            "spec.upstream.url: \"https://[:::::]/\" is not an http or https URL",
            "upstream: { url: 'https://[2001:db8::1]:8443/a' }"),
        new(Proxy, "upstream: { url: 'https://1.2.3.999/' }",
            "spec.upstream.url: \"https://1.2.3.999/\" is not an http or https URL",
            "upstream: { url: 'https://1.2.3.255/' }"),
        new(Proxy, "upstream: { url: 'https://[1:2:3:4:5:6:7:8:9]/' }",
            "spec.upstream.url: \"https://[1:2:3:4:5:6:7:8:9]/\" is not an http or https URL",
            "upstream: { url: 'https://[1:2:3:4:5:6:7:8]/' }"),
        new(Proxy, "upstream: { url: 'https://[1::2::3]/' }",
            "spec.upstream.url: \"https://[1::2::3]/\" is not an http or https URL",
            "upstream: { url: 'https://[::ffff:1.2.3.4]/' }"),
        new(Proxy, "upstream: { url: 'https://1.2.3/' }",
            "spec.upstream.url: \"https://1.2.3/\" is not an http or https URL",
            "upstream: { url: 'https://a_b.Example./' }"),
        new(Hosted, "gateway: { parentRefs: [ { name: a } ], hostnames: [ 1.2.3.4 ] }",
            "spec.gateway.hostnames[0]: \"1.2.3.4\" is not a host name: use lowercase labels of letters, digits and "
                + "'-', separated by dots; an IP address is not allowed",
            "gateway: { parentRefs: [ { name: a } ], hostnames: [ a.b ] }"),
        new(Group, "members: [ { kind: PythonRepository, name: A } ]",
            "spec.members[0].name: \"A\" is not a DNS label that starts with a letter: use lowercase letters, digits "
                + "and '-'",
            "members: [ { kind: PythonRepository, name: a } ]"),
        new(Group, "members: [ { kind: PythonRepository, name: a } ]\nreserved: [ 'a b' ]",
            "spec.reserved[0]: \"a b\" is not a project name: use letters, digits, '-', '_' and '.'; '*' matches any "
                + "characters",
            "members: [ { kind: PythonRepository, name: a } ]\nreserved: [ 'a-*' ]"),
    ];
}
