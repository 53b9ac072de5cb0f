namespace BpDao.Core;

/// <summary>Transactions as bytes: legacy RLP, or a type byte in front of RLP (EIP-2718, 2930, 1559, 4844, 7702).</summary>
public static class TransactionCodec
{
    // A thread does not keep the memory that some giant took.
    private const int LongestInScratch = 16 * 1024;

    // Every transaction is hashed twice in its life, for its sender and for its name.
    [ThreadStatic]
    private static RlpWriter? _scratch;

    /// <summary>The canonical encoding: what is hashed, gossiped and given to <c>eth_sendRawTransaction</c>.</summary>
    public static byte[] Encode(Transaction tx)
    {
        RlpWriter writer = new(256 + tx.Data.Length);
        WriteCanonical(writer, tx, signed: true);
        return writer.ToArray();
    }

    /// <summary>keccak256 of the canonical encoding, or of what the sender signs.</summary>
    public static Hash256 Hash(Transaction tx, bool signed)
    {
        RlpWriter writer = tx.Data.Length > LongestInScratch ? new RlpWriter(256 + tx.Data.Length) : _scratch ??= new RlpWriter(512);
        writer.Clear();
        WriteCanonical(writer, tx, signed);
        Hash256 hash = Keccak256.Hash(writer.WrittenSpan);
        if (writer.Length > LongestInScratch) _scratch = null; // long lists can make a giant, too
        return hash;
    }

    /// <summary>The form inside a block body: legacy as a list, the others as a byte string.</summary>
    public static void WriteInBody(RlpWriter writer, Transaction tx)
    {
        if (tx.Type == TxType.Legacy) WriteLegacy(writer, tx, signed: true);
        else writer.Write(Encode(tx));
    }

    /// <summary>Reads the canonical encoding, all of it.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out Transaction? tx)
    {
        tx = null;
        if (encoded.IsEmpty) return false;
        if (encoded[0] >= 0xc0)
        {
            RlpReader legacy = new(encoded);
            return TryReadLegacy(ref legacy, out tx) && legacy.AtEnd;
        }

        RlpReader reader = new(encoded[1..]);
        return (TxType)encoded[0] switch
        {
            TxType.AccessList or TxType.DynamicFee or TxType.Blob or TxType.SetCode =>
                TryReadTyped(ref reader, (TxType)encoded[0], out tx) && reader.AtEnd,
            _ => false,
        };
    }

    /// <summary>Reads the form inside a block body.</summary>
    public static bool TryReadInBody(ref RlpReader reader, out Transaction? tx)
    {
        if (reader.IsList) return TryReadLegacy(ref reader, out tx);
        tx = null;
        // A byte string must hold a typed transaction: a legacy one wrapped in a string is another encoding of the same thing.
        return reader.TryReadBytes(out ReadOnlySpan<byte> bytes) && !bytes.IsEmpty && bytes[0] < 0xc0 && TryDecode(bytes, out tx);
    }

    private static void WriteCanonical(RlpWriter writer, Transaction tx, bool signed)
    {
        if (tx.Type == TxType.Legacy)
        {
            WriteLegacy(writer, tx, signed);
            return;
        }

        writer.WriteRaw([(byte)tx.Type]);
        writer.StartList().Write(tx.ChainId ?? 0).Write(tx.Nonce);
        if (tx.Type != TxType.AccessList) writer.Write(tx.MaxPriorityFeePerGas);
        writer.Write(tx.MaxFeePerGas).Write(tx.GasLimit).Write(tx.To).Write(tx.Value).Write(tx.Data.Span);
        WriteAccessList(writer, tx.AccessList);
        if (tx.Type == TxType.Blob)
        {
            writer.Write(tx.MaxFeePerBlobGas).StartList();
            foreach (Hash256 hash in tx.BlobVersionedHashes) writer.Write(hash);
            writer.EndList();
        }

        if (tx.Type == TxType.SetCode) WriteAuthorizations(writer, tx.AuthorizationList);
        if (signed) WriteSignature(writer, tx.Signature);
        writer.EndList();
    }

    private static void WriteLegacy(RlpWriter writer, Transaction tx, bool signed)
    {
        writer.StartList().Write(tx.Nonce).Write(tx.MaxFeePerGas).Write(tx.GasLimit).Write(tx.To).Write(tx.Value).Write(tx.Data.Span);
        if (signed)
        {
            UInt256 v = tx.ChainId is { } id ? ((UInt256)id << 1) + 35 + tx.Signature.YParity : 27 + (ulong)tx.Signature.YParity;
            writer.Write(v).Write(tx.Signature.R).Write(tx.Signature.S);
        }
        else if (tx.ChainId is { } chainId)
        {
            writer.Write(chainId).Write(0UL).Write(0UL); // EIP-155
        }

        writer.EndList();
    }

    private static void WriteSignature(RlpWriter writer, in TxSignature s) => writer.Write((ulong)s.YParity).Write(s.R).Write(s.S);

    private static void WriteAccessList(RlpWriter writer, IReadOnlyList<AccessListEntry> list)
    {
        writer.StartList();
        Span<byte> word = stackalloc byte[32];
        foreach (AccessListEntry entry in list)
        {
            writer.StartList().Write(entry.Address).StartList();
            foreach (UInt256 key in entry.StorageKeys)
            {
                key.WriteBigEndian(word);
                writer.Write(word);
            }

            writer.EndList().EndList();
        }

        writer.EndList();
    }

    private static void WriteAuthorizations(RlpWriter writer, IReadOnlyList<Authorization> list)
    {
        writer.StartList();
        foreach (Authorization a in list)
        {
            writer.StartList().Write(a.ChainId).Write(a.Address).Write(a.Nonce);
            WriteSignature(writer, a.Signature);
            writer.EndList();
        }

        writer.EndList();
    }

    private static bool TryReadLegacy(ref RlpReader reader, out Transaction? tx)
    {
        tx = null;
        if (!reader.TryReadList(out RlpReader r)
            || !r.TryReadUInt64(out ulong nonce) || !r.TryReadUInt256(out UInt256 gasPrice) || !r.TryReadUInt64(out ulong gasLimit)
            || !r.TryReadOptionalAddress(out Address? to) || !r.TryReadUInt256(out UInt256 value)
            || !r.TryReadBytes(int.MaxValue, out byte[] data) || !r.TryReadUInt64(out ulong v)
            || !r.TryReadUInt256(out UInt256 rr) || !r.TryReadUInt256(out UInt256 s) || !r.AtEnd)
        {
            return false;
        }

        ulong? chainId = null;
        byte parity;
        if (v is 27 or 28)
        {
            parity = (byte)(v - 27);
        }
        else if (v >= 35)
        {
            parity = (byte)((v - 35) & 1);
            chainId = (v - 35) >> 1;
        }
        else
        {
            return false;
        }

        tx = new Transaction
        {
            Type = TxType.Legacy,
            ChainId = chainId,
            Nonce = nonce,
            MaxFeePerGas = gasPrice,
            MaxPriorityFeePerGas = gasPrice,
            GasLimit = gasLimit,
            To = to,
            Value = value,
            Data = data,
            Signature = new TxSignature(parity, rr, s),
        };
        return true;
    }

    private static bool TryReadTyped(ref RlpReader reader, TxType type, out Transaction? tx)
    {
        tx = null;
        if (!reader.TryReadList(out RlpReader r) || !r.TryReadUInt64(out ulong chainId) || !r.TryReadUInt64(out ulong nonce)) return false;
        UInt256 tip = default;
        if (type != TxType.AccessList && !r.TryReadUInt256(out tip)) return false;
        if (!r.TryReadUInt256(out UInt256 maxFee) || !r.TryReadUInt64(out ulong gasLimit) || !r.TryReadOptionalAddress(out Address? to)
            || !r.TryReadUInt256(out UInt256 value) || !r.TryReadBytes(int.MaxValue, out byte[] data)
            || !TryReadAccessList(ref r, out List<AccessListEntry> accessList))
        {
            return false;
        }

        UInt256 maxBlobFee = default;
        List<Hash256> blobHashes = [];
        if (type == TxType.Blob)
        {
            if (to is null || !r.TryReadUInt256(out maxBlobFee) || !r.TryReadList(out RlpReader hashes)) return false;
            while (!hashes.AtEnd)
            {
                if (!hashes.TryReadHash(out Hash256 hash)) return false;
                blobHashes.Add(hash);
            }
        }

        List<Authorization> authorizations = [];
        if (type == TxType.SetCode && (to is null || !TryReadAuthorizations(ref r, authorizations))) return false;
        if (!TryReadSignature(ref r, maxParity: 1, out TxSignature signature) || !r.AtEnd) return false;

        tx = new Transaction
        {
            Type = type,
            ChainId = chainId,
            Nonce = nonce,
            MaxPriorityFeePerGas = type == TxType.AccessList ? maxFee : tip,
            MaxFeePerGas = maxFee,
            GasLimit = gasLimit,
            To = to,
            Value = value,
            Data = data,
            AccessList = accessList,
            MaxFeePerBlobGas = maxBlobFee,
            BlobVersionedHashes = blobHashes,
            AuthorizationList = authorizations,
            Signature = signature,
        };
        return true;
    }

    private static bool TryReadAccessList(ref RlpReader reader, out List<AccessListEntry> list)
    {
        list = [];
        if (!reader.TryReadList(out RlpReader entries)) return false;
        while (!entries.AtEnd)
        {
            if (!entries.TryReadList(out RlpReader entry) || !entry.TryReadAddress(out Address address)
                || !entry.TryReadList(out RlpReader keys) || !entry.AtEnd)
            {
                return false;
            }

            List<UInt256> slots = [];
            while (!keys.AtEnd)
            {
                if (!keys.TryReadHash(out Hash256 key)) return false;
                slots.Add(UInt256.FromHash(key));
            }

            list.Add(new AccessListEntry(address, slots));
        }

        return true;
    }

    private static bool TryReadAuthorizations(ref RlpReader reader, List<Authorization> list)
    {
        if (!reader.TryReadList(out RlpReader items)) return false;
        while (!items.AtEnd)
        {
            if (!items.TryReadList(out RlpReader r) || !r.TryReadUInt256(out UInt256 chainId) || !r.TryReadAddress(out Address address)
                || !r.TryReadUInt64(out ulong nonce) || !TryReadSignature(ref r, maxParity: byte.MaxValue, out TxSignature signature)
                || !r.AtEnd)
            {
                return false;
            }

            list.Add(new Authorization(chainId, address, nonce, signature));
        }

        return true;
    }

    private static bool TryReadSignature(ref RlpReader r, byte maxParity, out TxSignature signature)
    {
        signature = default;
        if (!r.TryReadUInt64(out ulong parity) || parity > maxParity || !r.TryReadUInt256(out UInt256 rr) || !r.TryReadUInt256(out UInt256 s))
        {
            return false;
        }

        signature = new TxSignature((byte)parity, rr, s);
        return true;
    }
}
