using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BpDao.Core;

namespace BpDao.Crypto;

/// <summary>Private keys in the files of Ethereum's clients: writes version 3 of the Web3 Secret Storage, reads it and version 1.</summary>
public static class KeyStoreFile
{
    /// <summary>The cost of scrypt that clients use for keys with value: a quarter of a gigabyte and about a second.</summary>
    public const int StandardScryptN = 262_144;

    /// <summary>The JSON of a new file.</summary>
    /// <param name="password">Taken as UTF-8.</param>
    /// <param name="scryptN">Lower only where the key protects nothing, such as in tests. A power of two.</param>
    public static string Encrypt(PrivateKey key, string password, int scryptN = StandardScryptN)
    {
        KeyDerivation derivation = new KeyDerivation.Scrypt(RandomNumberGenerator.GetBytes(32), scryptN, R: 8, P: 1);
        byte[] derived = Derive(derivation, password);
        byte[] iv = RandomNumberGenerator.GetBytes(16);
        byte[] ciphertext = key.Bytes.ToArray();
        using (AesCtr aes = new(derived.AsSpan(0, 16), iv)) aes.Transform(ciphertext);

        JsonObject crypto = new()
        {
            ["cipher"] = "aes-128-ctr",
            ["ciphertext"] = Convert.ToHexStringLower(ciphertext),
            ["cipherparams"] = new JsonObject { ["iv"] = Convert.ToHexStringLower(iv) },
        };
        derivation.Write(crypto);
        crypto["mac"] = Convert.ToHexStringLower(Mac(derived, ciphertext).Bytes);
        CryptographicOperations.ZeroMemory(derived);
        return new JsonObject
        {
            ["address"] = key.Address.ToString()[2..],
            ["crypto"] = crypto,
            ["id"] = Guid.NewGuid().ToString("D"),
            ["version"] = 3,
        }.ToJsonString();
    }

    /// <summary>Opens a file.</summary>
    /// <param name="password">Taken as UTF-8.</param>
    /// <param name="error">Why not; <see cref="KeyStoreError.None"/> on success.</param>
    public static bool TryDecrypt(string json, string password, [NotNullWhen(true)] out PrivateKey? key, out KeyStoreError error)
    {
        key = null;
        using JsonDocument? document = Parse(json);
        error = document is null ? KeyStoreError.Malformed : Decrypt(document.RootElement, password, out key);
        return key is not null;
    }

    /// <summary>The address that a file claims to hold, for lists; false when it names none. Nobody has checked that the claim is true.</summary>
    public static bool TryReadAddress(string json, out Address address)
    {
        address = default;
        using JsonDocument? document = Parse(json);
        return document is not null && KeyDerivation.TryGetString(document.RootElement, "address", out string? text) && Address.TryParse(text, out address);
    }

    /// <summary>The name other clients give such a file: <c>UTC--time--address</c>.</summary>
    public static string NameOf(in Address address, DateTimeOffset created) =>
        $"UTC--{created.UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss.fffffff00'Z'", CultureInfo.InvariantCulture)}--{address.ToString()[2..]}";

    private static KeyStoreError Decrypt(JsonElement root, string password, out PrivateKey? key)
    {
        key = null;
        if (!TryReadVersion(root, out int version)) return KeyStoreError.Malformed;
        if (version is not (1 or 3)) return KeyStoreError.Unsupported;
        // Version 1 wrote the name with a capital letter, and so did some writers of version 3.
        if ((!root.TryGetProperty("crypto", out JsonElement crypto) && !root.TryGetProperty("Crypto", out crypto))
            || !KeyDerivation.TryGetString(crypto, "cipher", out string? cipher)
            || !TryGetHex(crypto, "ciphertext", out byte[]? ciphertext) || !TryGetHex(crypto, "mac", out byte[]? mac)
            || !crypto.TryGetProperty("cipherparams", out JsonElement parameters) || !TryGetHex(parameters, "iv", out byte[]? iv) || iv.Length != 16)
        {
            return KeyStoreError.Malformed;
        }

        if (cipher != (version == 3 ? "aes-128-ctr" : "aes-128-cbc")) return KeyStoreError.Unsupported;
        KeyStoreError error = KeyDerivation.TryRead(crypto, out KeyDerivation? derivation);
        if (error != KeyStoreError.None) return error;

        byte[] derived = Derive(derivation!, password);
        if (!CryptographicOperations.FixedTimeEquals(Mac(derived, ciphertext).Bytes, mac)) return KeyStoreError.WrongPassword;
        byte[]? plain = version == 3 ? DecryptCtr(derived, iv, ciphertext) : DecryptCbc(derived, iv, ciphertext);
        CryptographicOperations.ZeroMemory(derived);
        if (plain is null || !TryMakeKey(plain, out key)) return KeyStoreError.Malformed;
        CryptographicOperations.ZeroMemory(plain);
        return KeyStoreError.None;
    }

    private static byte[] DecryptCtr(byte[] derived, byte[] iv, byte[] ciphertext)
    {
        byte[] plain = [.. ciphertext];
        using AesCtr aes = new(derived.AsSpan(0, 16), iv);
        aes.Transform(plain);
        return plain;
    }

    private static byte[]? DecryptCbc(byte[] derived, byte[] iv, byte[] ciphertext)
    {
        if (ciphertext.Length != 48) return null; // 32 bytes and a block of padding
        using Aes aes = Aes.Create();
        aes.SetKey(Keccak256.Hash(derived.AsSpan(0, 16)).Bytes[..16]);
        byte[] padded = aes.DecryptCbc(ciphertext, iv, PaddingMode.None);
        return padded.AsSpan(32).ContainsAnyExcept((byte)16) ? null : padded[..32];
    }

    /// <summary>Some old writers dropped leading zeros.</summary>
    private static bool TryMakeKey(byte[] plain, [NotNullWhen(true)] out PrivateKey? key)
    {
        key = null;
        if (plain.Length is 0 or > PrivateKey.Size) return false;
        Span<byte> bytes = stackalloc byte[PrivateKey.Size];
        bytes.Clear();
        plain.CopyTo(bytes[(PrivateKey.Size - plain.Length)..]);
        bool ok = PrivateKey.TryCreate(bytes, out key);
        CryptographicOperations.ZeroMemory(bytes);
        return ok;
    }

    private static byte[] Derive(KeyDerivation derivation, string password)
    {
        byte[] secret = Encoding.UTF8.GetBytes(password);
        byte[] derived = derivation.Derive(secret);
        CryptographicOperations.ZeroMemory(secret);
        return derived;
    }

    private static Hash256 Mac(byte[] derived, byte[] ciphertext)
    {
        KeccakHasher hasher = default;
        hasher.Update(derived.AsSpan(16, 16));
        hasher.Update(ciphertext);
        return hasher.Digest();
    }

    private static JsonDocument? Parse(string json)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null; // the parser has no other way to say that it is not JSON
        }
    }

    private static bool TryReadVersion(JsonElement root, out int version)
    {
        version = 0;
        if (!root.TryGetProperty("version", out JsonElement member)) return false;
        return member.ValueKind switch
        {
            JsonValueKind.Number => member.TryGetInt32(out version),
            JsonValueKind.String => int.TryParse(member.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out version),
            _ => false,
        };
    }

    private static bool TryGetHex(JsonElement parent, string name, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        return KeyDerivation.TryGetString(parent, name, out string? text) && Hex.TryDecode(text, out bytes);
    }
}
