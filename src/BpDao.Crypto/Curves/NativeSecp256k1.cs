using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BpDao.Core;

namespace BpDao.Crypto;

/// <summary>libsecp256k1 by function pointers. Its context is only read after construction, hence shared by all threads.</summary>
internal sealed unsafe class NativeSecp256k1 : ISecp256k1
{
    /// <summary>Path of the library to use instead of the search.</summary>
    public const string PathVariable = "BPDAO_SECP256K1_PATH";

    private const uint SignAndVerify = 0x301;
    private const uint Uncompressed = 2;
    private const int OpaqueKey = 64, OpaqueSignature = 65, SerializedKey = 65;

    // SONAMEs since the first release; the functions used here are the same in all of them.
    private static readonly string[] Names = ["libsecp256k1.so.1", "libsecp256k1.so.2", "libsecp256k1.so.0"];

    private readonly nint _context;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, int> _publicKeyCreate;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, nuint, int> _publicKeyParse;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, nuint*, byte*, uint, int> _publicKeySerialize;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, void*, void*, int> _signRecoverable;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, int, int> _signatureParse;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, int*, byte*, int> _signatureSerialize;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, int> _recover;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, void*, void*, int> _ecdh;

    private NativeSecp256k1(NativeLibraryFile library)
    {
        _publicKeyCreate = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int>)library.Export("secp256k1_ec_pubkey_create");
        _publicKeyParse = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, nuint, int>)library.Export("secp256k1_ec_pubkey_parse");
        _publicKeySerialize = (delegate* unmanaged[Cdecl]<nint, byte*, nuint*, byte*, uint, int>)library.Export("secp256k1_ec_pubkey_serialize");
        _signRecoverable = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, void*, void*, int>)library.Export("secp256k1_ecdsa_sign_recoverable");
        _signatureParse = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int, int>)library.Export("secp256k1_ecdsa_recoverable_signature_parse_compact");
        _signatureSerialize = (delegate* unmanaged[Cdecl]<nint, byte*, int*, byte*, int>)library.Export("secp256k1_ecdsa_recoverable_signature_serialize_compact");
        _recover = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, int>)library.Export("secp256k1_ecdsa_recover");
        _ecdh = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, void*, void*, int>)library.Export("secp256k1_ecdh");

        // Never destroyed: the instance is the process's, and threads may be inside a call until the end.
        _context = ((delegate* unmanaged[Cdecl]<uint, nint>)library.Export("secp256k1_context_create"))(SignAndVerify);
        byte* seed = stackalloc byte[32];
        RandomNumberGenerator.Fill(new Span<byte>(seed, 32));
        if (((delegate* unmanaged[Cdecl]<nint, byte*, int>)library.Export("secp256k1_context_randomize"))(_context, seed) != 1)
        {
            throw new CryptographicException("libsecp256k1 could not blind its context.");
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(seed, 32));
        Description = $"{Name} ({library.Path})";
    }

    public string Name => "libsecp256k1";

    public string Description { get; }

    /// <summary>False, with the reason, when no library is found or it was built without the recovery or ECDH module.</summary>
    public static bool TryLoad([NotNullWhen(true)] out NativeSecp256k1? native, out string reason)
    {
        native = null;
        if (!NativeLibraryFile.TryOpen(Environment.GetEnvironmentVariable(PathVariable), Names, out NativeLibraryFile library, out string? why))
        {
            reason = why;
            return false;
        }

        try
        {
            native = new NativeSecp256k1(library);
            reason = "";
            return true;
        }
        catch (EntryPointNotFoundException e)
        {
            reason = $"{library.Path}: {e.Message}";
            return false;
        }
    }

    public bool TryRecover(in Hash256 digest, in UInt256 r, in UInt256 s, byte recoveryId, Span<byte> publicKey)
    {
        // The library aborts the process on an id out of range, and so must never see one.
        if (recoveryId > 3 || !Secp256k1.IsScalar(r) || !Secp256k1.IsScalar(s)) return false;
        byte* compact = stackalloc byte[64];
        r.WriteBigEndian(new Span<byte>(compact, 32));
        s.WriteBigEndian(new Span<byte>(compact + 32, 32));
        byte* signature = stackalloc byte[OpaqueSignature];
        byte* key = stackalloc byte[OpaqueKey];
        fixed (byte* message = digest.Bytes)
        {
            if (_signatureParse(_context, signature, compact, recoveryId) != 1 || _recover(_context, key, signature, message) != 1) return false;
        }

        Serialize(key, publicKey);
        return true;
    }

    public TxSignature Sign(in Hash256 digest, ReadOnlySpan<byte> privateKey)
    {
        RequireLength(privateKey, 32, nameof(privateKey));
        Hash256 reduced = Secp256k1.Reduce(digest);
        byte* signature = stackalloc byte[OpaqueSignature];
        fixed (byte* message = reduced.Bytes, secret = privateKey)
        {
            if (_signRecoverable(_context, signature, message, secret, null, null) != 1)
            {
                throw new ArgumentException("The private key is zero or not below the group order.", nameof(privateKey));
            }
        }

        byte* compact = stackalloc byte[64];
        int recoveryId;
        _signatureSerialize(_context, compact, &recoveryId, signature);
        return new TxSignature(
            (byte)recoveryId,
            UInt256.FromBigEndian(new ReadOnlySpan<byte>(compact, 32)),
            UInt256.FromBigEndian(new ReadOnlySpan<byte>(compact + 32, 32)));
    }

    public bool TryGetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        RequireLength(privateKey, 32, nameof(privateKey));
        byte* key = stackalloc byte[OpaqueKey];
        fixed (byte* secret = privateKey)
        {
            if (_publicKeyCreate(_context, key, secret) != 1) return false;
        }

        Serialize(key, publicKey);
        return true;
    }

    public bool TryEcdh(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> sharedX)
    {
        RequireLength(privateKey, 32, nameof(privateKey));
        RequireLength(publicKey, 64, nameof(publicKey));
        RequireLength(sharedX, 32, nameof(sharedX));
        byte* serialized = stackalloc byte[SerializedKey];
        serialized[0] = 4;
        publicKey.CopyTo(new Span<byte>(serialized + 1, 64));
        byte* key = stackalloc byte[OpaqueKey];
        if (_publicKeyParse(_context, key, serialized, SerializedKey) != 1) return false;
        fixed (byte* secret = privateKey, output = sharedX)
        {
            return _ecdh(_context, output, key, secret, (delegate* unmanaged[Cdecl]<byte*, byte*, byte*, void*, int>)&CopyX, null) == 1;
        }
    }

    /// <summary>Stands where the library would hash the point.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CopyX(byte* output, byte* x, byte* y, void* data)
    {
        new ReadOnlySpan<byte>(x, 32).CopyTo(new Span<byte>(output, 32));
        return 1;
    }

    private void Serialize(byte* key, Span<byte> publicKey)
    {
        RequireLength(publicKey, 64, nameof(publicKey));
        byte* serialized = stackalloc byte[SerializedKey];
        nuint length = SerializedKey;
        _publicKeySerialize(_context, serialized, &length, key, Uncompressed);
        new ReadOnlySpan<byte>(serialized + 1, 64).CopyTo(publicKey);
    }

    private static void RequireLength(ReadOnlySpan<byte> bytes, int length, string name)
    {
        if (bytes.Length != length) throw new ArgumentException($"{length} bytes are wanted, not {bytes.Length}.", name);
    }
}
