using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Lineup.Access.Keys;

/// <summary>Whose key a caller sent. Immutable: a change of the file makes a new one.</summary>
public sealed class KeyRing
{
    private readonly FrozenDictionary<string, (KeyRecord Record, byte[] Hash)> _byId;
    private readonly (KeyRecord Record, byte[] Hash)? _configured;

    /// <param name="keys">Keys of the file.</param>
    /// <param name="configured">A key that stands in the settings and may do everything; null for none.</param>
    public KeyRing(IEnumerable<KeyRecord> keys, string? configured = null)
    {
        _byId = keys.ToFrozenDictionary(key => key.Id, key => (key, Convert.FromHexString(key.Sha256)), StringComparer.Ordinal);
        if (configured is not null)
        {
            var hash = ApiKey.Hash(configured);
            var record = new KeyRecord { Id = "configured", Name = "configured", Role = KeyRole.Operate, Sha256 = "", Created = default };
            _configured = (record, hash);
        }
    }

    public int Count => _byId.Count;

    /// <summary>The record of a key; null if there is no such key. Its time tells nothing about secrets, only whether an id is known.</summary>
    public KeyRecord? Find(string key)
    {
        var hash = ApiKey.Hash(key);

        // Hashes have one length, so comparing them takes one time.
        if (_configured is { } one && CryptographicOperations.FixedTimeEquals(hash, one.Hash))
            return one.Record;
        return ApiKey.TryGetId(key, out var id) && _byId.TryGetValue(id, out var known) && CryptographicOperations.FixedTimeEquals(hash, known.Hash)
            ? known.Record
            : null;
    }
}
