using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using BpDao.Core;

namespace BpDao.Crypto;

/// <summary>How a key file turns its password into a key: scrypt (RFC 7914) or PBKDF2 with HMAC-SHA-256, always 32 bytes.</summary>
internal abstract record KeyDerivation(byte[] Salt)
{
    public const int DerivedLength = 32;

    /// <summary>scrypt fills 128·n·r bytes.</summary>
    private const long MaxMemory = 1L << 30;

    /// <summary>The work of scrypt grows with n·r·p; the usual file has 2^21.</summary>
    private const long MaxWork = 1L << 25;

    private const int MaxIterations = 100_000_000;

    public abstract byte[] Derive(ReadOnlySpan<byte> password);

    /// <summary>The members <c>kdf</c> and <c>kdfparams</c>.</summary>
    public abstract void Write(JsonObject crypto);

    public static KeyStoreError TryRead(JsonElement crypto, out KeyDerivation? derivation)
    {
        derivation = null;
        if (!TryGetString(crypto, "kdf", out string? kdf) || !crypto.TryGetProperty("kdfparams", out JsonElement parameters)
            || !TryGetNumber(parameters, "dklen", out int length) || !TryGetString(parameters, "salt", out string? saltHex)
            || !Hex.TryDecode(saltHex, out byte[]? salt))
        {
            return KeyStoreError.Malformed;
        }

        if (length != DerivedLength) return KeyStoreError.Unsupported;
        switch (kdf)
        {
            case "scrypt":
                if (!TryGetNumber(parameters, "n", out int n) || !TryGetNumber(parameters, "r", out int r)
                    || !TryGetNumber(parameters, "p", out int p) || n < 2 || !int.IsPow2(n) || r < 1 || p < 1)
                {
                    return KeyStoreError.Malformed;
                }

                if (128L * n * r > MaxMemory || (long)n * r * p > MaxWork || 128L * r * p > MaxMemory) return KeyStoreError.TooExpensive;
                derivation = new Scrypt(salt, n, r, p);
                return KeyStoreError.None;
            case "pbkdf2":
                if (!TryGetNumber(parameters, "c", out int c) || c < 1 || !TryGetString(parameters, "prf", out string? prf)) return KeyStoreError.Malformed;
                if (prf != "hmac-sha256") return KeyStoreError.Unsupported;
                if (c > MaxIterations) return KeyStoreError.TooExpensive;
                derivation = new Pbkdf2(salt, c);
                return KeyStoreError.None;
            default:
                return KeyStoreError.Unsupported;
        }
    }

    public static bool TryGetString(JsonElement parent, string name, [NotNullWhen(true)] out string? value)
    {
        value = parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement member)
            && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        return value is not null;
    }

    private static bool TryGetNumber(JsonElement parent, string name, out int value)
    {
        value = 0;
        return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement member)
            && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out value);
    }

    /// <param name="N">Cost, a power of two.</param>
    /// <param name="R">Block size.</param>
    /// <param name="P">Lanes.</param>
    public sealed record Scrypt(byte[] Salt, int N, int R, int P) : KeyDerivation(Salt)
    {
        public override byte[] Derive(ReadOnlySpan<byte> password) => ScryptFunction.Derive(password, Salt, N, R, P, DerivedLength);

        public override void Write(JsonObject crypto)
        {
            crypto["kdf"] = "scrypt";
            crypto["kdfparams"] = new JsonObject
            {
                ["dklen"] = DerivedLength,
                ["n"] = N,
                ["p"] = P,
                ["r"] = R,
                ["salt"] = Convert.ToHexStringLower(Salt),
            };
        }
    }

    public sealed record Pbkdf2(byte[] Salt, int Iterations) : KeyDerivation(Salt)
    {
        public override byte[] Derive(ReadOnlySpan<byte> password) =>
            Rfc2898DeriveBytes.Pbkdf2(password, Salt, Iterations, HashAlgorithmName.SHA256, DerivedLength);

        public override void Write(JsonObject crypto)
        {
            crypto["kdf"] = "pbkdf2";
            crypto["kdfparams"] = new JsonObject
            {
                ["c"] = Iterations,
                ["dklen"] = DerivedLength,
                ["prf"] = "hmac-sha256",
                ["salt"] = Convert.ToHexStringLower(Salt),
            };
        }
    }
}
